import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })
const sink = aSink()

const send = async (inbox: string, body: object) => {
  const { address } = await server.api<{ address: string }>('GET', `/inboxes/${inbox}`)
  return fetch(address.startsWith('/') ? server.url + address : address, { method: 'POST', body: JSON.stringify(body) })
}

test('the checklist leads from nothing to the first delivered action', async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await expect(page.getByRole('heading', { name: 'Set-up: 0 of 4 steps done' })).toBeVisible()
  await expect(page.getByText('Ready. No rule is on yet.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Make an inbox' }).click()
  await expect(page).toHaveURL(/\/inboxes$/)

  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  await page.goto(server.url)
  await expect(page.getByRole('heading', { name: 'Set-up: 1 of 4 steps done' })).toBeVisible()
  await page.getByRole('link', { name: 'Let the first event arrive' }).click()
  await expect(page.getByRole('heading', { name: 'Send a sample' })).toBeVisible()

  await server.api('POST', '/rules', {
    name: 'Tell the shop',
    inbox: 'shop',
    steps: [{ key: 'h', action: 'http', with: { method: 'POST', url: `${sink.url}/told`, json: { ok: true } } }],
  })
  await send('shop', { total: 640 })
  await expect.poll(() => sink.arrived.length).toBe(1)
  await page.goto(server.url)
  await expect(page.getByText('You are set up.')).toBeVisible()
  await expect(page.getByText('Everything works.')).toBeVisible()
  const work = page.getByRole('region', { name: '1 rule at work' })
  await expect(work.getByRole('link', { name: 'Tell the shop' })).toBeVisible()
  await expect(work.getByText('Done')).toBeVisible()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.reload()
  await expect(work).toBeVisible()
  await expect(page.getByText('You are set up.')).toBeHidden()
  expect(said).toEqual([])
})

test('what needs a person stands first and leads to it', async ({ page }) => {
  await server.api('POST', '/inboxes', {
    name: 'code',
    title: 'Code',
    verify: { scheme: 'github', secret: 'abcdefghij' },
  })
  expect((await send('code', {})).status).toBe(401)
  sink.answer = { status: 404, body: 'gone' }
  await send('shop', { total: 1 })
  await server.signIn(page)
  const attention = page.getByRole('region', { name: 'Needs attention' })
  await expect(attention.getByText('1 request was refused in the last 24 hours.')).toBeVisible()
  await expect(page.getByText('1 problem needs you.')).toBeVisible()
  await expectAccessible(page)
  await attention.getByRole('link', { name: 'Code' }).click()
  await expect(page).toHaveURL(/\/events\?inbox=code&result=rejected&since=day/)
  await expect(page.getByRole('list', { name: 'Events' }).getByRole('listitem')).toHaveCount(1)
  await page.goBack()
  await attention.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/problems\/\d+$/)
})

test('the numbers add up, and each leads to what it counts', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await page.getByRole('button', { name: 'Show the numbers' }).click()
  await expect(page.getByRole('img', { name: /^Events of the last 24 hours: 2 received, 1 refused/ })).toBeVisible()
  await expect(page.getByRole('img', { name: /^Runs of the last 24 hours: 1 done, 1 failed/ })).toBeVisible()
  await expect(page.locator('canvas')).toHaveCount(2)
  await expectAccessible(page)
  const row = page.getByRole('row', { name: /^code/ })
  await expect(row.getByRole('cell')).toHaveText(['1', '0', '0', '1', '0'])
  await expect(page.getByRole('row', { name: /^Together/ }).getByRole('cell')).toHaveText(['3', '2', '0', '1', '0'])

  const events = page.getByRole('region', { name: 'Events' })
  await events.getByRole('button', { name: 'As a table' }).focus()
  await page.keyboard.press('Enter')
  await expectAccessible(page)
  await events.getByRole('row').nth(1).getByRole('link').first().click()
  await expect(page).toHaveURL(/\/events\?since=\d{4}.*result=accepted/)
  await expect(page.getByRole('list', { name: 'Events' }).getByRole('listitem')).toHaveCount(2)

  await page.goBack()
  await page.getByText('30 days', { exact: true }).click()
  await expect(page.getByRole('img', { name: /^Events of the last 30 days: 2 received/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Failures by cause' }).getByRole('row')).toHaveCount(2)
  expect(said).toEqual([])
})
