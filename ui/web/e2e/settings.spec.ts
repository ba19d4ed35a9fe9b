import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1', '--allow-shell', '/usr/bin/true'] })
const sink = aSink()
const anyVersion = { 'If-Match': '*' }
const vic = { email: 'vic@example.com', password: 'only here to look' }

interface Settings {
  name: string
  timezone: string
  money: string
  publicUrl: string
  keep: { age: string; count?: number }
  allowPrivate: string[]
  alerts: { on?: string[]; via?: string; to?: string; window?: string; cap?: number }
}

const stored = () => server.api<Settings>('GET', '/settings')

const open = async (page: Page, section: string, as?: typeof vic) => {
  await server.signIn(page, as)
  await page.goto(`${server.url}/settings/${section}`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}

const save = async (page: Page) => {
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
}

test.beforeAll(async () => {
  await server.api('POST', '/users', { email: vic.email, role: 'viewer', password: vic.password })
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  await server.api('POST', '/connections', { name: 'ops', title: 'Ops', type: 'http', with: {} })
})

test('every section passes the accessibility check, and the keyboard leads from one to the next', async ({ page }) => {
  test.slow()
  const said = watchConsole(page)
  await server.signIn(page)
  await page.goto(`${server.url}/settings`)
  await expect(page).toHaveURL(/\/settings\/general$/)
  const navigation = page.getByRole('navigation', { name: 'Settings' })
  await expect(navigation.getByRole('link', { name: 'About' })).toBeVisible()
  const names = await navigation.getByRole('link').allTextContents()
  expect(names).toEqual(expect.arrayContaining(['General', 'Storage', 'Health check', 'About']))
  for (const name of names) {
    await navigation.getByRole('link', { name, exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
    await expectAccessible(page)
  }
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByLabel('Settings: go to').selectOption({ label: 'Storage' })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Storage')
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: 'Search or do something' }).fill('backup')
  await expect(page.getByRole('dialog').getByText('Storage').first()).toBeVisible()
  expect(said).toEqual([])
})

test('name, time zone and money format are kept, and "Saved" goes away', { tag: '@more' }, async ({ page }) => {
  await open(page, 'general')
  await page.getByLabel('Workspace name').fill('Acme')
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Berlin')
  await page.getByRole('option', { name: 'Europe/Berlin' }).click()
  await page.getByRole('combobox', { name: 'Money format' }).click()
  await page.getByRole('option', { name: '1.234,50' }).click()
  await save(page)
  await expect(page.getByText('Acme').first()).toBeVisible()
  expect(await stored()).toMatchObject({ name: 'Acme', timezone: 'Europe/Berlin', money: '1.234,50' })
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeHidden()
})

test('what somebody else changed meanwhile is named, and the person decides', { tag: '@more' }, async ({ page }) => {
  await open(page, 'general')
  await page.getByLabel('Workspace name').fill('Mine')
  // Another field: nothing to ask about.
  await server.api('PUT', '/settings', { ...(await stored()), publicUrl: 'http://hooks.example.com' }, anyVersion)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
  expect(await stored()).toMatchObject({ name: 'Mine', publicUrl: 'http://hooks.example.com' })

  await page.getByLabel('Workspace name').fill('Mine again')
  await server.api('PUT', '/settings', { ...(await stored()), name: 'Theirs' }, anyVersion)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('alert')).toContainText(
    'Somebody else changed this while the page was open: Workspace name.',
  )
  await expectAccessible(page)
  await expect(page.getByLabel('Workspace name')).toHaveValue('Mine again')
  await page.getByRole('button', { name: 'Use theirs' }).click()
  await expect(page.getByLabel('Workspace name')).toHaveValue('Theirs')
})

test('the public address is judged while it is typed, and checked from the server', { tag: '@more' }, async ({
  page,
}) => {
  await open(page, 'address')
  const address = page.getByRole('textbox', { name: 'Address' })
  await address.fill('http://192.168.1.20')
  await expect(page.getByText('Works only in your own network', { exact: true })).toBeVisible()
  await address.fill('nonsense')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Write the public address like https://hooks.example.com.').first()).toBeVisible()
  await address.fill(server.url)
  await expect(page.getByText('Works only on this computer', { exact: true })).toBeVisible()
  await save(page)
  await page.getByRole('button', { name: 'Check that it leads here' }).click()
  await expect(page.getByText(`${server.url} answers.`)).toBeVisible()
  await expectAccessible(page)
})

test('a test alert goes out as the form has it, before it is saved', { tag: '@more' }, async ({ page }) => {
  await open(page, 'alerts')
  await page.getByRole('checkbox', { name: 'A rule failed' }).check()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Choose what the messages go through.')).toBeVisible()
  await page.getByRole('combobox', { name: 'Send it through', exact: true }).click()
  await page.getByRole('option', { name: 'Ops' }).click()
  await page.getByLabel('To this web address').fill(`${sink.url}/alerts`)
  await page.getByRole('button', { name: 'Send test alert' }).click()
  await expect(page.getByText('The test left through Ops.')).toBeVisible()
  expect(sink.arrived.map((a) => a.path)).toEqual(['/alerts'])
  sink.answer = { status: 403, body: 'no' }
  await page.getByRole('button', { name: 'Send test alert' }).click()
  await expect(page.getByText('Not sent')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Put together what happens within').fill('5')
  await save(page)
  expect((await stored()).alerts).toMatchObject({ on: ['run.failed'], via: 'ops', window: '5m', cap: 10 })
})

test('shared values are added, edited, deleted and had back, each by itself', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  await server.api('PUT', '/vars', { limit: 500 }, anyVersion)
  await server.api('POST', '/rules', {
    name: 'Big orders',
    inbox: 'shop',
    when: 'payload.total > vars.limit',
    steps: [{ key: 'n', action: 'note', with: { text: 'Big' } }],
  })
  await open(page, 'shared')
  const values = page.getByRole('list', { name: 'Shared values' })
  await expect(
    values.getByRole('listitem').filter({ hasText: 'limit' }).getByRole('link', { name: 'Big orders' }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Add a value' }).click()
  await expectAccessible(page)
  await page.getByRole('textbox', { name: 'Name' }).fill('channel')
  await page.getByRole('textbox', { name: 'Value' }).fill('#orders')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(values.getByText('#orders')).toBeVisible()
  expect(await server.api('GET', '/vars')).toEqual({ limit: 500, channel: '#orders' })

  await page.getByRole('button', { name: 'Edit limit' }).click()
  await page.getByRole('textbox', { name: 'Value' }).fill('five')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Write a number such as 12 or 1.5')).toBeVisible()
  // Somebody else was faster.
  await server.api('PUT', '/vars', { limit: 700, channel: '#orders' }, anyVersion)
  await page.getByRole('textbox', { name: 'Value' }).fill('600')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Somebody else changed limit while this page was open: it is now "700".')).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'Delete limit' }).click()
  await expect(page.getByRole('dialog')).toContainText('Big orders')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Delete channel' }).click()
  await expect(page.getByText('channel is deleted.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(values.getByText('#orders')).toBeVisible()
  expect(await server.api('GET', '/vars')).toEqual({ limit: 700, channel: '#orders' })
  expect(said).toEqual([])
})

test('a list is made, filled from a table and deleted', { tag: '@more' }, async ({ page }) => {
  await open(page, 'shared')
  await page.getByRole('button', { name: 'Add a list' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('people')
  await page.getByRole('button', { name: 'Make the list' }).click()
  await expect(page.getByRole('heading', { name: 'people', level: 1 })).toBeVisible()
  await page.getByRole('button', { name: 'Paste many' }).click()
  await page.getByLabel('Two columns').fill('ann\tU1\nben\tU2')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Add 2' }).click()
  await expect(page.getByRole('list', { name: 'Entries of people' }).getByRole('listitem')).toHaveCount(2)
  await page.getByRole('button', { name: 'Delete ann' }).click()
  await expect(page.getByRole('list', { name: 'Entries of people' }).getByRole('listitem')).toHaveCount(1)
  expect(await server.api('GET', '/tables/people')).toEqual({ name: 'people', rows: { ben: 'U2' } })
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Back to Shared values and lists' }).click()
  await page.getByRole('button', { name: 'Delete people' }).click()
  await page.getByRole('button', { name: 'Delete the list' }).click()
  await expect(page.getByText('The list people is deleted.')).toBeVisible()
  await expect(page.getByText('No list yet.')).toBeVisible()
})

test('retention is kept, a backup comes down, and the database is verified', { tag: '@more' }, async ({ page }) => {
  await open(page, 'storage')
  await page.getByLabel('Keep events without a rule for').fill('7')
  await expect(page.getByText('What is older than that is deleted for good')).toBeVisible()
  await page.getByLabel('At most this many events').fill('1000')
  await save(page)
  expect((await stored()).keep).toMatchObject({ age: '7d', count: 1000 })
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download a backup' }).click()
  const backup = await download
  expect(backup.suggestedFilename()).toMatch(/^patchbay-.*\.db$/)
  expect(
    readFileSync(await backup.path())
      .subarray(0, 15)
      .toString(),
  ).toBe('SQLite format 3')
  await page.getByRole('button', { name: 'Verify the database' }).click()
  await expect(page.getByText('Everything in it fits together')).toBeVisible()
})

test('what rules may reach is shown, and private addresses are allowed one by one', { tag: '@more' }, async ({
  page,
}) => {
  await open(page, 'programs')
  await expect(page.getByText('/usr/bin/true')).toBeVisible()
  await expect(page.getByText('127.0.0.1', { exact: true })).toBeVisible()
  const allowed = page.locator('input').and(page.getByLabel('Allowed addresses'))
  await allowed.fill('10.0.0.0/99')
  await allowed.press('Enter')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('is not a host, an address or a range').first()).toBeVisible()
  await allowed.press('Backspace')
  await allowed.fill('nas.local')
  await allowed.press('Enter')
  await save(page)
  expect((await stored()).allowPrivate).toEqual(['nas.local'])
})

test('the health check says what it found, and About what it is made of', { tag: '@more' }, async ({ page }) => {
  await open(page, 'health')
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(page.getByRole('heading', { name: 'Instance' })).toBeVisible()
  await expectAccessible(page)
  await page.goto(`${server.url}/settings/about`)
  await expect(page.getByText('Names belong to their owners; no connection is implied.')).toBeVisible()
  const fiber = page.getByRole('row').filter({ hasText: 'github.com/gofiber/fiber/v2' })
  await expect(fiber).toContainText('MIT')
  await expect(page.getByRole('row').filter({ hasText: 'react-dom' })).toContainText('MIT')
})

test('who may only look sees the settings and cannot change them', { tag: '@more' }, async ({ page }) => {
  await open(page, 'general', vic)
  await expect(page.getByText('Only an administrator can change this.')).toBeVisible()
  await expect(page.getByLabel('Workspace name')).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeHidden()
  const navigation = page.getByRole('navigation', { name: 'Settings' })
  await expect(navigation.getByRole('link', { name: 'Storage' })).toBeVisible()
  await expect(navigation.getByRole('link', { name: 'Health check' })).toBeHidden()
  await expectAccessible(page)
  for (const section of ['alerts', 'shared', 'storage', 'programs', 'address']) {
    await page.goto(`${server.url}/settings/${section}`)
    await expect(
      page.getByText(/Only an administrator can change this|Your role can look, not change/).first(),
    ).toBeVisible()
    await expect(page.getByRole('button', { name: /^(Save|Add|Send test|Download|Verify)/ })).toHaveCount(0)
  }
})
