import { expect, type Locator, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { admin, aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })
// Stands in for Slack: an incoming address that takes messages.
const slack = aSink()

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', {
    name: 'code',
    title: 'Code',
    verify: { scheme: 'github', secret: 'between us' },
  })
  await server.api('POST', '/inboxes/code/send', { sample: 'github', event: 'issues' })
})
test.beforeEach(() => {
  slack.arrived.length = 0
  slack.answer = { status: 200, body: 'ok' }
})

const step = (page: Page, n: number): Locator => page.getByRole('region', { name: `Step ${n}`, exact: true })
const preview = (page: Page, n: number): Locator => page.getByRole('region', { name: `Preview of step ${n}` })

/** Opens a rule that does not exist yet, and adds a step to it. */
async function newRuleWith(page: Page, typed: string): Promise<void> {
  await server.signIn(page)
  await page.goto(`${server.url}/rules/new?inbox=code`)
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await page.getByRole('textbox', { name: 'Search what should happen' }).fill(typed)
  await page.keyboard.press('Enter')
  await expect(step(page, 1)).toBeVisible()
}

const message = (text: string | undefined) => (JSON.parse(text ?? '{}') as { text?: string }).text

test('a GitHub event becomes a Slack message, with a connection made inside the rule', async ({ page }) => {
  const said = watchConsole(page)
  await newRuleWith(page, 'slack')
  await step(page, 1).getByRole('button', { name: 'New Slack connection' }).click()
  const drawer = page.getByRole('dialog', { name: 'New Slack connection' })
  await drawer.getByLabel('Name of this connection').fill('Team Slack')
  const address = drawer.getByLabel(/^Webhook address/).first()
  await address.fill(`${slack.url}/services/T1/B1/x`)
  // The form stands elsewhere in a narrow window; what is being typed stays.
  const size = page.viewportSize() ?? { width: 1440, height: 900 }
  await page.setViewportSize({ width: 360, height: 740 })
  await expect(page.getByRole('dialog', { name: 'Send a Slack message' })).toBeAttached()
  await page.setViewportSize(size)
  await expect(address).toHaveValue(`${slack.url}/services/T1/B1/x`)
  await drawer.getByRole('button', { name: 'Test and save' }).click()
  await expect(drawer).toBeHidden()
  await expect(step(page, 1).getByRole('combobox', { name: 'Slack connection' })).toHaveValue('Team Slack')
  await expect(step(page, 1).getByLabel('Channel'), 'the address has its channel').toHaveCount(0)

  // The text came from the sample; the preview shows it as Slack will.
  await expect(preview(page, 1).getByText('Nothing is sent')).toBeVisible()
  await expect(preview(page, 1).locator('strong', { hasText: 'Issue opened' })).toBeVisible()
  await expectAccessible(page)

  slack.arrived.length = 0
  const test1 = step(page, 1).getByRole('region', { name: 'Send test' })
  await expect(test1.getByText('Sends a real message to the channel of Team Slack.')).toBeVisible()
  await test1.getByRole('button', { name: 'Send test' }).click()
  await expect(test1.getByText('Test sent')).toBeVisible()
  expect(message(slack.arrived.at(-1)?.body)).toMatch(/^\[Test\] \*Issue opened\*/)
  await expectAccessible(page)

  await expect(page.getByText(/^Saved /)).toBeVisible()
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn on', exact: true }).click()
  await expect(page.getByText('Live, version 1')).toBeVisible()
  slack.arrived.length = 0
  await server.api('POST', '/inboxes/code/send', { sample: 'github', event: 'issues' })
  await expect.poll(() => slack.arrived.map((a) => message(a.body)).join('\n')).toMatch(/^\*Issue opened\*/)
  expect(said).toEqual([])
})

test('a test that fails says why and what to do', { tag: '@more' }, async ({ page }) => {
  await newRuleWith(page, 'webhook')
  const one = step(page, 1)
  await one.getByRole('textbox', { name: 'Address' }).fill(`${slack.url}/orders`)
  await expect(one.getByText('Sends a real request to')).toBeVisible()
  slack.answer = { status: 401, body: 'who are you' }
  await one.getByRole('button', { name: 'Send test', exact: true }).click()
  await expect(one.getByText('The other side wants to know who asks.')).toBeVisible()
  expect(slack.arrived.at(-1)?.headers['patchbay-test']).toBe('true')
  await one.getByRole('button', { name: 'Choose a connection' }).click()
  await expect(one.getByRole('combobox', { name: 'Web service connection' })).toBeFocused()

  await one.getByRole('textbox', { name: 'Address' }).fill('http://192.168.1.20/orders')
  await expect(one.getByText('192.168.1.20', { exact: true }).first()).toBeVisible()
  await one.getByRole('button', { name: 'Send test', exact: true }).click()
  await expect(one.getByText('is inside your own network.')).toBeVisible()
  await expect(one.getByRole('link', { name: 'Allow this address…' })).toBeVisible()
  await expectAccessible(page)
})

test('what a step is not ready for leads to the setting', { tag: '@more' }, async ({ page }) => {
  await newRuleWith(page, 'smtp')
  await preview(page, 1).getByRole('button', { name: 'Connection' }).click()
  await expect(step(page, 1).getByRole('combobox', { name: 'Email connection' })).toBeFocused()
})

test('a test that does nothing is no success', { tag: '@more' }, async ({ page }) => {
  await newRuleWith(page, 'note')
  const one = step(page, 1)
  await page.getByRole('switch', { name: 'Step 1 is on' }).press('Space')
  await one.getByRole('button', { name: 'Send test', exact: true }).click()
  await expect(one.getByText('Nothing was sent: the step is switched off.')).toBeVisible()
  await expect(one.getByText('Test done')).toHaveCount(0)
})

test('steps are added, moved, doubled and deleted with keys alone', async ({ page }) => {
  await newRuleWith(page, 'note')
  await expect(step(page, 1).getByRole('button', { name: /^Show a note in Patchbay/ })).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.getByRole('button', { name: 'Step', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Search what should happen' })).toBeFocused()
  await page.keyboard.type('cron')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  const wait = page.getByRole('button', { name: /^Wait 10 min/ })
  await expect(wait).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await expect(step(page, 1).getByRole('button', { name: /^Wait 10 min/ })).toBeFocused()

  await page.getByRole('button', { name: 'More for step 2' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Duplicate' }).press('Enter')
  await expect(step(page, 3)).toBeVisible()
  await expect(page.getByRole('menuitem')).toHaveCount(0)
  await page.getByRole('button', { name: 'More for step 1' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Delete' }).press('Enter')
  await expect(page.getByRole('button', { name: /^Wait 10 min/ })).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).last().press('Enter')
  await expect(step(page, 1).getByRole('button', { name: /^Wait 10 min/ })).toBeVisible()
})

test('the form of a step stays the same one while the window becomes narrow and wide', { tag: '@more' }, async ({
  page,
}) => {
  const said = watchConsole(page)
  await newRuleWith(page, 'email')
  const more = step(page, 1).getByRole('button', { name: 'More options' })
  await more.click()
  const size = page.viewportSize() ?? { width: 1440, height: 900 }
  const focusOn = () =>
    page.evaluate(() => document.activeElement?.getAttribute('data-mark') ?? document.activeElement?.tagName)
  const field = step(page, 1).getByRole('textbox').last()
  await field.focus()
  await field.evaluate((e) => e.setAttribute('data-mark', 'mine'))
  await page.setViewportSize({ width: 360, height: 740 })
  const sheet = page.getByRole('dialog')
  await expect(sheet.locator('[data-mark="mine"]')).toBeVisible()
  await expect(sheet.getByRole('button', { name: 'More options' })).toHaveAttribute('aria-expanded', 'true')
  await expect.poll(focusOn).toBe('mine')
  await page.setViewportSize(size)
  await expect(sheet).toBeHidden()
  await expect(step(page, 1).locator('[data-mark="mine"]')).toBeVisible()
  await expect.poll(focusOn).toBe('mine')
  expect(said).toEqual([])
})

test('on a phone a step is a sheet', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await newRuleWith(page, 'note')
  const sheet = page.getByRole('dialog', { name: 'Show a note in Patchbay' })
  await expect(sheet.getByText('Send test')).toBeVisible()
  await expectAccessible(page)

  // Escape closes what lies on top, and nothing below it.
  await sheet.getByRole('button', { name: 'More options' }).click()
  await sheet.getByRole('button', { name: 'Condition', exact: true }).click()
  const fields = page.getByRole('dialog', { name: 'Choose a field' })
  await expect(fields.getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(fields).toBeHidden()
  await expect(sheet).toBeVisible()
  await sheet.getByRole('button', { name: 'Done' }).click()
  await expect(sheet).toBeHidden()
})

test('somebody who may only look sees the step and cannot change it', async ({ page }) => {
  await server.api('POST', '/users', { email: 'vic@example.com', role: 'viewer', password: 'only here to look' })
  await server.api('POST', '/rules', {
    id: 'look',
    name: 'Look',
    inbox: 'code',
    steps: [{ key: 'note', action: 'note', with: { text: 'Issue {{ payload.issue.title }}' } }],
  })
  await server.signIn(page, { ...admin, email: 'vic@example.com', password: 'only here to look' })
  await page.goto(`${server.url}/rules/look`)
  await step(page, 1)
    .getByRole('button', { name: /^Show a note/ })
    .click()
  await expect(preview(page, 1)).toBeVisible()
  await expect(step(page, 1).getByRole('button', { name: 'Send test' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Step', exact: true })).toHaveCount(0)
})
