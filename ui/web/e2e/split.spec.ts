import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

interface Answer {
  id: string
  duplicate?: boolean
}

async function post(body: unknown): Promise<Answer> {
  const { address } = await server.api<{ address: string }>('GET', '/inboxes/mail')
  const response = await fetch(address.startsWith('/') ? server.url + address : address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(202)
  return (await response.json()) as Answer
}

const item = (id: string, email: string) => ({ id, title: `${email} opened a message` })

test('a list becomes one event per item once that is switched on', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'mail', title: 'Mail', dedupe: { key: 'payload.id' } })
  await server.api('POST', '/rules', {
    name: 'Note it',
    inboxes: ['mail'],
    steps: [{ key: 'say', action: 'note', with: { text: '{{ payload.title }}' } }],
  })
  const said = watchConsole(page)
  await server.signIn(page)
  await page.goto(`${server.url}/inboxes/mail`)
  const split = page.getByRole('switch', { name: 'A delivery that is a list becomes one event per item' })
  await expect(split).not.toBeChecked()
  await split.click({ force: true })
  await page.getByRole('button', { name: 'Save options' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Saved' })).toBeVisible()
  await page.reload()
  await expect(split).toBeChecked()
  await expectAccessible(page)

  const first = await post([item('a', 'ann@example.com'), item('b', 'bob@example.com')])
  const second = await post([item('b', 'bob@example.com'), item('c', 'cid@example.com'), item('d', 'dan@example.com')])
  expect(await post([item('d', 'dan@example.com'), item('a', 'ann@example.com')])).toEqual({
    id: expect.any(String),
    duplicate: true,
  })
  await page.goto(`${server.url}/events/${second.id}`)
  await expect(page.getByText('1 of 3 items was already here.').last()).toBeVisible()
  const items = page.getByRole('list', { name: 'Items' }).getByRole('listitem')
  await expect(items).toHaveCount(3)
  await expect(items.nth(0)).toContainText('Repeat')
  await expect(items.nth(1)).toContainText('cid@example.com opened a message')
  await expect(items.nth(1)).toContainText('Note it')
  await expect(page.getByRole('tab', { name: 'Rules' })).toHaveCount(0)
  await expectAccessible(page)

  await items.nth(1).getByRole('link').click()
  await expect(page.getByText('It came as one item of a list.')).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Runs (1)' })).toBeVisible()
  await page.getByRole('link', { name: 'Open the whole delivery' }).click()
  await expect(items).toHaveCount(3)

  await page.goto(`${server.url}/events/${first.id}`)
  await page.getByRole('button', { name: 'Run again' }).click()
  await page.getByRole('dialog', { name: 'Run this event again?' }).getByRole('button', { name: 'Run again' }).click()
  await expect(page.getByText('Started 2 runs.')).toBeVisible()
  await page.getByRole('button', { name: 'Delete this event' }).click()
  await page.getByRole('button', { name: 'Delete event' }).click()
  await expect(page.getByText('The event was deleted.')).toBeVisible()
  await expect
    .poll(async () => (await server.api<{ items: unknown[] }>('GET', '/events?limit=50')).items.length)
    .toBe(7)
  expect(said).toEqual([])
  expect(server.command('doctor', '--deep')).toContain('all invariants hold')
})
