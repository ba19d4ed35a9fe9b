import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })
const sink = aSink()

const drawer = (page: Page) => page.getByRole('dialog')
const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Connections' }).getByRole('listitem').filter({ hasText: name })

async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await wanted.evaluate((e) => e === document.activeElement).catch(() => false)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('the keys never reach it')
}

// One thing after the other on one server: each test goes on from what the last one left.
test.describe.configure({ mode: 'serial' })

test('without a connection the page says what one is for', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/connections`)
  await expect(page.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'New connection' }).click()
  await expect(drawer(page).getByRole('radio')).toHaveCount(3)
  await expectAccessible(page)
})

test('a web service is tried before it is saved; what fails says why', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await page.getByRole('link', { name: 'Connections' }).first().click()
  await expect(page.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  await page.getByRole('link', { name: 'New connection' }).click()
  await drawer(page).getByRole('radio', { name: 'Web service', exact: true }).click()
  await drawer(page).getByRole('button', { name: 'Save', exact: true }).click()
  await expect(drawer(page).getByRole('textbox', { name: /^Token/ })).toHaveAttribute('aria-invalid', 'true')

  await drawer(page)
    .getByRole('textbox', { name: /^Token/ })
    .fill('a wrong token')
  await drawer(page).getByLabel('Address for a test').fill(`${sink.url}/me`)
  await drawer(page).getByLabel('Name of this connection').fill('Shop CRM')
  sink.answer = { status: 401, body: 'no' }
  await drawer(page).getByRole('button', { name: 'Test and save' }).click()
  await expect(drawer(page).getByRole('alert')).toContainText('401 Unauthorized; check the key or password')
  await expectAccessible(page)

  sink.answer = { status: 200, body: 'ok' }
  await drawer(page)
    .getByRole('textbox', { name: /^Token/ })
    .fill('the right token')
  await drawer(page).getByRole('button', { name: 'Test', exact: true }).click()
  await expect(drawer(page).getByText(/accepts these credentials/)).toBeVisible()
  expect(sink.arrived.at(-1)?.headers.authorization).toBe('Bearer the right token')
  expect((await server.api<{ items: unknown[] }>('GET', '/connections')).items).toEqual([])
  await drawer(page).getByRole('button', { name: 'Save', exact: true }).click()
  await expect(drawer(page)).toBeHidden()
  await expect(row(page, 'Shop CRM')).toContainText('Works')
  expect(said).toEqual([])
})

test('a stored secret is never shown, can be compared, and is asked for again when it would go elsewhere', {
  tag: '@more',
}, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/connections/shop-crm`)
  await expect(drawer(page).getByText('Hidden, ends in oken')).toBeAttached()
  await expect(drawer(page)).not.toContainText('the right token')
  await drawer(page).getByRole('button', { name: 'Compare' }).click()
  const compared = drawer(page).getByRole('textbox', { name: 'Compare with the stored token' })
  await compared.fill('another token')
  await page.keyboard.press('Enter')
  await expect(drawer(page).getByText('Different from the stored one')).toBeVisible()
  await compared.fill('the right token')
  await page.keyboard.press('Enter')
  await expect(drawer(page).getByText('Same as the stored one')).toBeVisible()
  await expectAccessible(page)

  await drawer(page).getByLabel('Address for a test').fill(`${sink.url}/elsewhere`)
  await drawer(page).getByRole('button', { name: 'Test and save' }).click()
  await expect(
    drawer(page)
      .getByText(/Give this secret again/)
      .first(),
  ).toBeVisible()
  expect(sink.arrived.some((a) => a.path === '/elsewhere')).toBe(false)
  await drawer(page)
    .getByRole('textbox', { name: /^Token/ })
    .fill('the right token')
  await drawer(page).getByRole('button', { name: 'Test and save' }).click()
  await expect(drawer(page)).toBeHidden()
  expect(sink.arrived.some((a) => a.path === '/elsewhere')).toBe(true)
})

test('Slack is connected with the keys alone; what is pasted is recognised', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page.getByRole('heading', { name: 'Connections' })).toBeVisible()
  await tabTo(page, page.getByRole('link', { name: 'New connection' }))
  await page.keyboard.press('Enter')
  await expect(drawer(page).getByRole('radio', { name: 'Slack', exact: true })).toBeVisible()
  await tabTo(page, drawer(page).getByRole('radio', { name: 'Slack', exact: true }))
  await page.keyboard.press('Space')
  await expectAccessible(page)
  await tabTo(page, drawer(page).getByRole('textbox', { name: /^Webhook address/ }))
  await page.keyboard.type('x')
  await page.keyboard.press('Backspace')
  await page.keyboard.insertText('xoxb-12345-abcdef')
  await expect(drawer(page).getByText(/it is a bot token/)).toBeVisible()
  await expect(drawer(page).getByRole('radio', { name: /any channel/ })).toBeChecked()
  // The keys stay where they were: in the field that now takes a token.
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText('https://hooks.slack.com/services/T0/B0/a-secret')
  await expect(drawer(page).getByText(/address of an incoming webhook/)).toBeVisible()
  await expect(drawer(page).getByRole('radio', { name: /one channel/ })).toBeChecked()
  await tabTo(page, drawer(page).getByRole('button', { name: 'Save without a test' }))
  await page.keyboard.press('Enter')
  await expect(drawer(page)).toBeHidden()
  await expect(row(page, 'Slack')).toContainText('Not used yet')
  const stored = await server.api<{ secrets: Record<string, string> }>('GET', '/connections/slack')
  expect(stored.secrets).toEqual({ webhookUrl: 'cret' })
})

test('a provider of mail fills in its server', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/connections/new`)
  await drawer(page).getByRole('radio', { name: 'Email', exact: true }).click()
  await drawer(page).getByText('Fastmail', { exact: true }).click()
  await expect(drawer(page).getByRole('textbox', { name: 'Server' })).toHaveValue('smtp.fastmail.com')
  await expect(drawer(page).getByRole('textbox', { name: 'Port' })).toHaveValue('465')
  await drawer(page).getByRole('textbox', { name: 'Mails come from' }).fill('Shop <orders@example.com>')
  await expect(drawer(page).getByRole('textbox', { name: 'User name' })).toHaveValue('orders@example.com')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await drawer(page)
    .getByRole('textbox', { name: /^Password/ })
    .fill('app password')
  await drawer(page).getByRole('button', { name: 'Save without a test' }).click()
  await expect(row(page, 'Email')).toBeVisible()
  const { with: settings } = await server.api<{ with: object }>('GET', '/connections/email')
  expect(settings).toMatchObject({ host: 'smtp.fastmail.com', port: 465, tls: 'tls', username: 'orders@example.com' })
})

test('two people change the same connection: the second is told, and nothing is lost', { tag: '@more' }, async ({
  page,
}) => {
  await server.signIn(page)
  await page.goto(`${server.url}/connections/slack`)
  await drawer(page).getByLabel('Name of this connection').fill('Slack of the shop')
  await server.api('PUT', '/connections/slack', { title: 'Slack of the others', type: 'slack' }, { 'If-Match': '*' })
  await drawer(page).getByRole('button', { name: 'Save without a test' }).click()
  await expect(drawer(page).getByRole('alert')).toContainText('Somebody else changed this connection')
  await expectAccessible(page)
  await drawer(page).getByRole('button', { name: 'Go on with mine' }).click()
  await expect(drawer(page).getByLabel('Name of this connection')).toHaveValue('Slack of the shop')
  await drawer(page).getByRole('button', { name: 'Save without a test' }).click()
  await expect(row(page, 'Slack of the shop')).toBeVisible()
})

test('deleting says which rules stop, and filters find what is left', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'shop' })
  await server.api('POST', '/rules', {
    id: 'tell',
    name: 'Tell the team',
    inbox: 'shop',
    steps: [{ key: 'a', action: 'slack', connection: 'slack', with: { text: 'x' } }],
  })
  await server.signIn(page)
  await page.goto(`${server.url}/connections`)
  await expect(row(page, 'Slack of the shop').getByRole('link', { name: 'Tell the team' })).toBeVisible()
  await page.getByRole('searchbox', { name: 'Find a connection' }).fill('tell the')
  await expect(page.getByRole('listitem').filter({ hasText: 'Shop CRM' })).toBeHidden()
  await expect(page).toHaveURL(/q=tell/)
  await expectAccessible(page)
  await row(page, 'Slack of the shop').getByRole('link', { name: 'Slack of the shop' }).click()
  await drawer(page).getByRole('button', { name: 'Delete connection…' }).click()
  const question = page.getByRole('dialog', { name: 'Delete connection' })
  await expect(question).toContainText('Tell the team')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await drawer(page).getByRole('button', { name: 'Delete connection…' }).click()
  await question.getByRole('button', { name: 'Delete connection' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
  await page.getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(row(page, 'Shop CRM')).toBeVisible()
})

test('from a file, or with a role that may only look, a connection can be seen and not changed', {
  tag: '@more',
}, async ({ page }) => {
  await server.api('POST', '/apply', {
    source: 'shop.yaml',
    document: {
      version: 1,
      connections: [{ name: 'kept', title: 'Kept in a file', type: 'http', with: { hosts: ['a.example'] } }],
    },
  })
  await server.api('POST', '/connections', { name: 'looked-at', title: 'Looked at', type: 'http', with: {} })
  await server.api('POST', '/users', { email: 'vic@example.com', role: 'viewer', password: 'only here to look' })
  await server.signIn(page)
  await page.goto(`${server.url}/connections/kept`)
  await expect(drawer(page).getByText('Change it in shop.yaml.')).toBeVisible()
  await expect(drawer(page).getByLabel('Name of this connection')).toBeDisabled()
  await expect(drawer(page).getByRole('button', { name: 'Delete connection…' })).toBeHidden()
  await expectAccessible(page)

  await page.context().clearCookies()
  await server.signIn(page, { email: 'vic@example.com', password: 'only here to look' })
  await page.goto(`${server.url}/connections/looked-at`)
  await expect(drawer(page).getByText(/Your role can look, not change/)).toBeVisible()
  await expect(drawer(page).getByRole('button', { name: /Save|Test|Replace/ })).toHaveCount(0)
  await expectAccessible(page)
})
