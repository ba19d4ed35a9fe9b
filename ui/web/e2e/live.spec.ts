import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

test.beforeAll(() =>
  server.api('POST', '/inboxes', { name: 'form', title: 'Website form', verify: { scheme: 'none' } }),
)

async function send(...texts: string[]): Promise<void> {
  for (const text of texts) {
    const body = JSON.stringify({ text })
    const answer = await fetch(`${server.url}/in/form`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
    })
    expect(answer.ok).toBe(true)
  }
}

/** The events of the list from top to bottom, as far as they are named so. */
async function shown(page: Page, word: string): Promise<string[]> {
  const rows = await page.getByRole('list', { name: 'Events' }).getByRole('link').allInnerTexts()
  return rows.filter((text) => text.startsWith(word))
}

async function open(page: Page): Promise<void> {
  await server.signIn(page)
  await page.goto(`${server.url}/events`)
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible()
  await page.mouse.move(5, 5)
}

test('the list has no gap and no double after the server was killed and started again', async ({ page }) => {
  const said = watchConsole(page)
  await send('Ebb 1', 'Ebb 2')
  await open(page)
  await expect.poll(() => shown(page, 'Ebb')).toEqual(['Ebb 2', 'Ebb 1'])
  await send('Ebb 3')
  await expect.poll(() => shown(page, 'Ebb')).toEqual(['Ebb 3', 'Ebb 2', 'Ebb 1'])

  await server.kill()
  const dot = page.getByRole('status').filter({ hasText: /^(Live|Reconnecting|Offline)$/ })
  await expect(dot).toHaveText('Reconnecting')
  await expect(page.getByText(/^No contact with Patchbay since /)).toBeVisible({ timeout: 60_000 })
  await expect.poll(() => shown(page, 'Ebb')).toEqual(['Ebb 3', 'Ebb 2', 'Ebb 1'])
  await server.start()
  await send('Ebb 4', 'Ebb 5') // before the page is back
  await expect(page.getByText(/^Back after .* nothing missed/)).toBeVisible({ timeout: 60_000 })
  await expect.poll(() => shown(page, 'Ebb')).toEqual(['Ebb 5', 'Ebb 4', 'Ebb 3', 'Ebb 2', 'Ebb 1'])
  await send('Ebb 6')
  await expect.poll(() => shown(page, 'Ebb')).toEqual(['Ebb 6', 'Ebb 5', 'Ebb 4', 'Ebb 3', 'Ebb 2', 'Ebb 1'])
  expect(said).toEqual([])
})

test('a paused list stays as it is, and says what waits', { tag: '@more' }, async ({ page }) => {
  await send('Pause 1')
  await open(page)
  await expect.poll(() => shown(page, 'Pause')).toEqual(['Pause 1'])
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.mouse.move(5, 5)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  await send('Pause 2', 'Pause 3')
  await expect(page.getByRole('button', { name: 'Paused · 2 new' })).toBeVisible()
  expect(await shown(page, 'Pause')).toEqual(['Pause 1'])
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => shown(page, 'Pause')).toEqual(['Pause 3', 'Pause 2', 'Pause 1'])
})

test('the list never moves under the pointer: new events wait in a pill', { tag: '@more' }, async ({ page }) => {
  await send('Pill 1')
  await open(page)
  await page.getByRole('list', { name: 'Events' }).getByText('Pill 1').hover()
  await send('Pill 2', 'Pill 3', 'Pill 4')
  const pill = page.getByRole('button', { name: '3 new', exact: true })
  await expect(pill).toBeVisible()
  expect(await shown(page, 'Pill')).toEqual(['Pill 1'])
  await expectAccessible(page)
  await expect(page.getByText('3 new events')).toBeAttached()
  await pill.click()
  await expect.poll(() => shown(page, 'Pill')).toEqual(['Pill 4', 'Pill 3', 'Pill 2', 'Pill 1'])
})
