import { createHmac } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

interface Inbox {
  address: string
  title: string
  paused: boolean
  dedupe: { window?: string; off?: boolean }
  limits: { body?: string; rate?: string }
  keep: { age?: string }
  respond: { status?: number; text?: string }
  verify: { scheme: string; hasSecret: boolean; pending?: boolean }
  ledger: { received: number; held: number; accepted: number; duplicate: number }
}

const inbox = (name: string) => server.api<Inbox>('GET', `/inboxes/${name}`)

async function post(name: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const { address } = await inbox(name)
  const url = address.startsWith('/') ? server.url + address : address
  return fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body })
}

async function open(page: Page, name: string): Promise<string[]> {
  const said = watchConsole(page)
  await server.signIn(page)
  await page.goto(`${server.url}/inboxes/${name}`)
  await expect(page.getByRole('heading', { name: 'Options' })).toBeVisible()
  return said
}

const saveOptions = async (page: Page) => {
  await page.getByRole('button', { name: 'Save options' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
}

test('options are saved with some of them empty, and count at once', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  const said = await open(page, 'shop')
  await page.getByLabel('Title').fill('Orders')
  await page.getByLabel('Answer to the sender: status').fill('202')
  await page.getByLabel('Answer to the sender: text').fill('thank you')
  await saveOptions(page)
  await expect(page.getByRole('heading', { name: 'Orders', level: 1 })).toBeVisible()
  const answer = await post('shop', '{"id":1}')
  expect([answer.status, await answer.text()]).toEqual([202, 'thank you'])

  await page.getByLabel('Largest size of an event').fill('0.001')
  await page.getByLabel('Keep events without a rule for').fill('7')
  await page.getByLabel('Most events in a second').fill('50')
  await saveOptions(page)
  expect((await post('shop', JSON.stringify({ text: 'x'.repeat(2000) }))).status).toBe(413)
  expect(await inbox('shop')).toMatchObject({ limits: { body: '1KiB', rate: '50/s' }, keep: { age: '7d' } })

  await page.getByLabel('Largest size of an event').fill('')
  await saveOptions(page)
  expect((await inbox('shop')).limits.body).toBeUndefined()
  await page.getByLabel('Answer to the sender: status').fill('500')
  await page.getByRole('button', { name: 'Save options' }).click()
  await expect(page.getByText('500 would tell the sender that an accepted event failed').first()).toBeVisible()
  await expectAccessible(page)
  expect(said).toEqual([])
})

test('repeats are ignored until that is switched off', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'twice', dedupe: { key: 'payload.id' } })
  await open(page, 'twice')
  await post('twice', '{"id":1}')
  await post('twice', '{"id":1}')
  expect((await inbox('twice')).ledger).toMatchObject({ accepted: 1, duplicate: 1 })
  await page.getByLabel('Ignore repeats within').fill('1.5')
  await saveOptions(page)
  expect((await inbox('twice')).dedupe).toMatchObject({ window: '1h30m' })
  await page.getByRole('switch', { name: 'Ignore repeats' }).click({ force: true })
  await saveOptions(page)
  await post('twice', '{"id":1}')
  expect((await inbox('twice')).ledger).toMatchObject({ accepted: 2, duplicate: 1 })
})

test('a paused inbox holds what comes in, and lets it go when it is on again', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'calm' })
  await post('calm', '{"id":0}')
  await open(page, 'calm')
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
  await post('calm', '{"id":1}')
  await expect(page.getByText('1 event is held, as this inbox is paused.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Resume' }).click()
  await page.getByRole('button', { name: 'Check the held events now' }).click()
  await expect(page.getByText('1 received, 0 refused.')).toBeVisible()
  expect((await inbox('calm')).ledger).toMatchObject({ received: 2, accepted: 2, held: 0 })
})

test('the sender check takes a secret, says what is wrong with it, and keeps it', { tag: '@more' }, async ({
  page,
}) => {
  await server.api('POST', '/inboxes', { name: 'code' })
  await post('code', '{"id":0}')
  const said = await open(page, 'code')
  const choose = async (name: string) => {
    await page.getByRole('combobox', { name: 'Who sends' }).click()
    await page.getByRole('option', { name, exact: true }).click()
  }
  await choose('Adyen')
  await page.getByLabel('Adyen signing secret').fill('this is no hex')
  await page.getByRole('button', { name: 'Save sender check' }).click()
  await expect(page.getByText('The secret cannot be decoded as hex').first()).toBeVisible()

  await choose('GitHub')
  await page.getByLabel('GitHub signing secret').fill('')
  await page.getByRole('button', { name: 'Save sender check' }).click()
  await expect(page.getByText('Not finished')).toBeVisible()
  expect((await post('code', '{"id":1}')).status).toBe(202)
  await expect(page.getByText('1 event is held, until the sender check is finished.')).toBeVisible()

  await page.getByLabel('GitHub signing secret').fill('a long enough secret')
  await page.getByRole('button', { name: 'Save sender check' }).click()
  await expect(page.getByText('The sender check is saved.').first()).toBeVisible()
  await expect.poll(async () => (await inbox('code')).verify.hasSecret).toBe(true)
  // Saving anything else leaves the secret as it is, which is never shown again.
  await page.getByLabel('Title').fill('Code')
  await saveOptions(page)
  await expect(page.getByLabel('GitHub signing secret')).toHaveValue('')
  const body = '{"id":2}'
  const mark = createHmac('sha256', 'a long enough secret').update(body).digest('hex')
  expect((await post('code', body, { 'X-Hub-Signature-256': `sha256=${mark}` })).status).toBe(202)
  expect((await post('code', body, { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` })).status).toBe(401)
  await expect(page.getByText('1 request was refused in the last 24 hours')).toBeVisible()
  await expectAccessible(page)
  expect(said).toEqual([])
})

test('a new address ends the old one', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'fresh' })
  await post('fresh', '{"id":0}')
  const before = (await inbox('fresh')).address
  await open(page, 'fresh')
  await page.getByRole('button', { name: 'Make a new address' }).click()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Make a new address' }).click()
  await expect.poll(async () => (await inbox('fresh')).address).not.toBe(before)
  const after = (await inbox('fresh')).address
  await expect(page.locator(`code[title$="${after}"]`).first()).toBeVisible()
  expect((await fetch(server.url + before, { method: 'POST', body: '{}' })).status).toBe(404)
})

test('on a phone the address can be copied, and the tabs of the activity stand in one line', { tag: '@more' }, async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 740 })
  await server.api('POST', '/inboxes', {
    name: 'a-rather-long-name-of-an-inbox',
    title: 'A rather long name of an inbox',
  })
  await server.api('POST', '/inboxes/a-rather-long-name-of-an-inbox/pause')
  await open(page, 'a-rather-long-name-of-an-inbox')
  const copy = page.getByRole('button', { name: 'Copy the address' })
  const box = await copy.boundingBox()
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(360 - 12)
  expect(await copy.evaluate((e) => e.scrollWidth - e.clientWidth)).toBeLessThanOrEqual(0)
  const title = await page.getByRole('heading', { level: 1 }).boundingBox()
  expect(title?.width).toBeGreaterThan(200)
  await page.goto(`${server.url}/events`)
  const tabs = page.getByRole('navigation', { name: 'Activity' }).getByRole('link')
  await expect(tabs).toHaveCount(3)
  const heights = await tabs.evaluateAll((all) => all.map((tab) => tab.getBoundingClientRect().height))
  expect(Math.max(...heights)).toBeLessThan(50)
})

test('the data of an event shows every digit that was sent', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'digits' })
  await post('digits', '{"id":9007199254740993,"big":12345678901234567890}')
  await server.signIn(page)
  const { items } = await server.api<{ items: { id: string }[] }>('GET', '/events?inbox=digits')
  await page.goto(`${server.url}/events/${items[0]?.id}`)
  const data = page.getByRole('tree', { name: 'Data of the event' })
  await expect(data.getByRole('treeitem', { name: /id:/ })).toContainText('9007199254740993')
  await expect(data.getByRole('treeitem', { name: /big:/ })).toContainText('12345678901234567890')
})

test('what somebody else changed of the sender check meanwhile is neither overwritten nor lost', {
  tag: '@more',
}, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'both', title: 'Both', verify: { scheme: 'none' } })
  await post('both', '{"id":1}')
  await open(page, 'both')
  await page.getByRole('combobox', { name: 'Who sends' }).click()
  await page.getByRole('option', { name: 'Shopify', exact: true }).click()
  await page.getByLabel('Shopify signing secret').fill('typed by Ann')
  const stored = { scheme: 'github', secret: 'typed by Bob, secretly' }
  await server.api('PUT', '/inboxes/both', { title: 'Both', verify: stored }, { 'If-Match': '*' })
  await page.getByRole('button', { name: 'Save sender check' }).click()
  const conflict = page.getByRole('alert').filter({ hasText: 'changed this sender check' })
  await expect(conflict).toContainText('The access token')
  await expect(conflict).toContainText('Signed by GitHub')
  expect((await inbox('both')).verify.scheme).toBe('github')
  await expect(page.getByLabel('Shopify signing secret')).toHaveValue('typed by Ann')
  // Neither does a second press overwrite it.
  await page.getByRole('button', { name: 'Save sender check' }).click()
  expect((await inbox('both')).verify.scheme).toBe('github')
  await expectAccessible(page)
  await conflict.getByRole('button', { name: 'Go on with mine' }).click()
  await page.getByRole('button', { name: 'Save sender check' }).click()
  await expect.poll(async () => (await inbox('both')).verify.scheme).toBe('shopify')
})

test('what the buttons of a new inbox do can be read beside the set-up steps and on a phone', { tag: '@more' }, async ({
  page,
}) => {
  await server.api('POST', '/inboxes', { name: 'narrow', verify: { scheme: 'notion', pending: true } })
  await open(page, 'narrow')
  const labels = page.getByRole('main').locator('.mantine-Button-label')
  await expect(labels.filter({ hasText: 'Show the command' })).toBeVisible()
  await expect(labels.filter({ hasText: 'Page changed' })).toBeVisible()
  for (const width of [1280, 1366, 360, 320]) {
    await page.setViewportSize({ width, height: 800 })
    const cut = await labels.evaluateAll((all) =>
      all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent),
    )
    expect(cut, `at ${width}`).toEqual([])
  }
  const heights = await page
    .getByRole('main')
    .getByRole('button', { name: /^(Page|Show the|Save|Wait)/ })
    .evaluateAll((all) => all.map((e) => e.getBoundingClientRect().height))
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
  await page.setViewportSize({ width: 1280, height: 800 })
  await expectAccessible(page)
})
