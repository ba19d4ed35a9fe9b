import { expect, type Page, test } from '@playwright/test'
import { aServer } from './server'
import { tooSmall } from './touch'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  await server.api('POST', '/inboxes', {
    name: 'code',
    title: 'Code',
    verify: { scheme: 'github', secret: 'abcdef-123456' },
  })
  await server.api('POST', '/connections', { name: 'crm', title: 'CRM', type: 'http', with: { hosts: ['a.example'] } })
  await server.api('PUT', '/tables/names', { rows: { octocat: 'Ann' } }, { 'If-Match': '*' })
  const steps = [
    { key: 'n', action: 'note', with: { text: 'New order {{ payload.name }}' } },
    { key: 'h', action: 'http', connection: 'crm', with: { method: 'POST', url: 'https://a.example/orders' } },
  ]
  const when = 'payload.currency == "EUR" and payload.test == false'
  await server.api('POST', '/rules', { id: 'big', name: 'Big order', inbox: 'shop', when, steps })
  await server.api('POST', '/inboxes/shop/send', { sample: 'shopify', event: 'orders/create' })
})

const sections = ['general', 'address', 'people', 'alerts', 'shared', 'shared/names', 'storage', 'programs', 'tokens']
const more = ['change-log', 'health', 'about', 'account']
const pages = [
  '/',
  '/rules',
  '/rules/big',
  '/rules/big?step=h',
  '/rules/big?tab=history',
  '/rules/new',
  '/events',
  '/runs',
  '/problems',
  '/inboxes',
  '/inboxes/shop',
  '/inboxes/code',
  '/connections',
  '/connections/crm',
  ...[...sections, ...more].map((section) => `/settings/${section}`),
]

async function settled(page: Page): Promise<void> {
  await expect(page.locator('#main h1').first()).toBeAttached()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
  await page.waitForLoadState('networkidle')
}

test('on a phone whatever is pressed has room for a finger, on every page', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  for (const path of pages) {
    await page.goto(server.url + path)
    await settled(page)
    expect.soft(await tooSmall(page), path).toEqual([])
  }
})

test('on a phone panels and dialogs leave room for a finger, too', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  const look = async (what: string) => {
    await settled(page)
    expect.soft(await tooSmall(page), what).toEqual([])
  }
  await page.goto(`${server.url}/events`)
  await page
    .getByRole('link', { name: /#1001|Order/ })
    .first()
    .click()
  await look('an event')
  await page
    .getByRole('button', { name: /^What to do with/ })
    .nth(1)
    .click()
  await page.getByRole('menuitem', { name: 'Copy path' }).waitFor()
  await look('a value of an event')
  await page.keyboard.press('Escape')
  for (const tab of ['Exactly as received', 'Technical details', 'Rules']) {
    await page.getByRole('tab', { name: tab }).click()
    await look(tab)
  }
  await page.goto(`${server.url}/connections/new`)
  for (const kind of ['Slack', 'Email', 'Web service']) {
    await page.getByRole('radio', { name: kind, exact: true }).click()
    await look(kind)
  }
  await page.goto(`${server.url}/settings/people`)
  await page
    .getByRole('button', { name: /Invite/ })
    .first()
    .click()
  await look('inviting')
  await page.goto(`${server.url}/inboxes`)
  await page.getByRole('button', { name: 'New inbox' }).first().click()
  await look('a new inbox')
})
