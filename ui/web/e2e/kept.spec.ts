import { expect, type Page, test } from '@playwright/test'
import { signOut } from './page'
import { aServer } from './server'

const server = aServer()

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
})

/** Comes back to the page long after, when everything is loaded again, and nothing of a path can be. */
async function comeBackTo(page: Page, broken: string): Promise<void> {
  const failed = page.waitForResponse((r) => r.url().includes(broken) && r.status() === 500)
  await page.route(`**/api/v1${broken}*`, (route) => route.fulfill({ status: 500, body: '{}' }))
  await page.clock.setSystemTime(Date.now() + 60_000)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await failed
}

test('a new rule stays open, and stays the one it is, when the inboxes cannot be loaded again', {
  tag: '@more',
}, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/rules/new`)
  const name = page.getByLabel('Name of the rule')
  await name.fill('Big order')
  await expect(page).toHaveURL(/\/rules\/big-order$/)
  await comeBackTo(page, '/inboxes')
  await expect(name).toHaveValue('Big order')
})

test('what is typed into a connection stays when the list cannot be loaded again, and Back asks', {
  tag: '@more',
}, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/connections`)
  await page.getByRole('link', { name: 'New connection' }).first().click()
  await page.getByRole('radio', { name: 'Slack' }).click()
  const name = page.getByLabel('Name of this connection')
  await name.fill('Orders')
  await comeBackTo(page, '/connections')
  await expect(name).toHaveValue('Orders')
  await page.goBack()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(name).toHaveValue('Orders')
  await page.goBack()
  await page.getByRole('button', { name: 'Leave without saving' }).click()
  await expect(page).toHaveURL(`${server.url}/connections`)
})

test('deleting a connection does not save it', { tag: '@more' }, async ({ page }) => {
  const body = { name: 'orders', type: 'slack', with: { webhookUrl: 'https://hooks.slack.com/services/T0/B0/x' } }
  await server.api('POST', '/connections', body)
  await server.signIn(page)
  await page.goto(`${server.url}/connections/orders`)
  const changes: string[] = []
  page.on('request', (r) => {
    if (r.method() !== 'GET') changes.push(`${r.method()} ${new URL(r.url()).pathname}`)
  })
  await page.getByRole('button', { name: 'Delete connection…' }).click()
  await page.getByRole('button', { name: 'Delete connection', exact: true }).click()
  await expect(page.getByText('orders is deleted.')).toBeVisible()
  expect(changes).toEqual(['DELETE /api/v1/connections/orders'])
})

test('a secret that is being typed stays when the first event comes', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'first', title: 'First' })
  await server.signIn(page)
  await page.goto(`${server.url}/inboxes/first`)
  await page.getByRole('combobox', { name: 'Who sends' }).click()
  await page.getByRole('option', { name: 'Shopify', exact: true }).click()
  await page.getByLabel('Shopify signing secret').fill('shpss_typed')
  await server.api('POST', '/inboxes/first/send', { sample: 'shopify', event: 'orders/create' })
  await expect(page.getByText('Listening. Send something to this address.')).toBeHidden()
  await expect(page.getByLabel('Shopify signing secret')).toHaveValue('shpss_typed')
})

test('turning a new rule on twice makes one rule', async ({ page }) => {
  await server.signIn(page)
  let made = 0
  await page.route('**/api/v1/rules?*', async (route) => {
    if (route.request().method() === 'POST') made++
    await route.continue()
  })
  await page.goto(`${server.url}/rules/new`)
  await page.getByRole('button', { name: 'Turn on' }).dblclick()
  await expect(page.getByRole('dialog')).toBeVisible()
  expect(made).toBe(1)
})

test('another tab that signed out and in again does not end what can be saved here', { tag: '@more' }, async ({
  page,
  context,
}) => {
  await server.signIn(page)
  await page.goto(`${server.url}/settings/general`)
  const other = await context.newPage()
  await other.goto(server.url)
  await signOut(other)
  await server.signIn(other)
  await other.close()
  const session = page.waitForResponse(/\/api\/v1\/session$/)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await session
  await page.getByLabel('Workspace name').fill('Saved all the same')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()
})

test('an edit that is kept in the browser waits for the one who made it', { tag: '@more' }, async ({
  page,
  context,
}) => {
  await server.api('POST', '/users', {
    email: 'bob@example.com',
    name: 'Bob',
    role: 'editor',
    password: 'correct horse battery',
  })
  const steps = [{ key: 'n', action: 'note', with: { text: 'hi' } }]
  await server.api('POST', '/rules', { id: 'half', name: 'Half', inbox: 'shop', steps })
  await server.signIn(page)
  await page.route('**/api/v1/rules/half/draft*', (route) =>
    route.request().method() === 'PUT' ? route.abort() : route.continue(),
  )
  await page.goto(`${server.url}/rules/half`)
  const name = page.getByLabel('Name of the rule')
  await name.fill('By Ann')
  await expect(page.getByText('Not saved', { exact: true })).toBeVisible()

  // Bob signs in in another tab, while the editor is open in this one.
  const other = await context.newPage()
  await other.goto(server.url)
  await signOut(other)
  await server.signIn(other, { email: 'bob@example.com', password: 'correct horse battery' })
  await page.unroute('**/api/v1/rules/half/draft*')
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect(name).toHaveValue('Half')
  const stored = page.waitForResponse((r) => r.url().includes('/rules/half/draft') && r.request().method() === 'PUT')
  await name.fill('By Bob')
  expect((await stored).status()).toBe(200)
  await expect(page.getByText(/^Saved /)).toBeVisible()
  expect(await server.api('GET', '/rules/half/draft')).toMatchObject({
    rule: { name: 'By Bob' },
    updatedBy: 'bob@example.com',
  })

  await signOut(other)
  await server.signIn(other)
  await other.goto(`${server.url}/rules/half`)
  await other.getByRole('button', { name: 'Continue it' }).click()
  await expect(other.getByLabel('Name of the rule')).toHaveValue('By Ann')
  await expect(other.getByText(/bob@example.com|Bob/).first()).toBeVisible()
  expect(await server.api('GET', '/rules/half/draft')).toMatchObject({ rule: { name: 'By Bob' } })
})
