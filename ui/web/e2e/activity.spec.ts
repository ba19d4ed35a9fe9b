import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })
const sink = aSink()
const cut = aSink()

interface Runs {
  items: { id: string; state: string; startedAt: string; finishedAt: string; unknown: boolean }[]
}

const post = (inbox: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/in/${inbox}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  })

const runs = async (query: string) => (await server.api<Runs>('GET', `/runs?${query}`)).items
const list = (page: Page, label: string) => page.getByRole('list', { name: label, exact: true })
const row = (page: Page, label: string, text: string | RegExp) =>
  list(page, label).getByRole('listitem').filter({ hasText: text })

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'form', title: 'Website form', verify: { scheme: 'none' } })
  await server.api('POST', '/inboxes', {
    name: 'github',
    title: 'GitHub',
    verify: { scheme: 'github', secret: 'a secret of some length' },
  })
  const rule = (id: string, name: string, when: string, url: string, more: object = {}) =>
    server.api('POST', '/rules', {
      id,
      name,
      inbox: 'form',
      when,
      steps: [
        { key: 'send', action: 'http', with: { method: 'POST', url, json: { text: '{{ payload.text }}' } }, ...more },
      ],
    })
  await rule('crm', 'To the CRM', 'payload.to == "crm"', `${sink.url}/crm`)
  await rule('list', 'To the mailing list', 'payload.to == "list"', `${cut.url}/list`, { retry: { attempts: 1 } })
  await rule('down', 'To the archive', 'payload.to == "archive"', 'http://127.0.0.1:9/archive')
})

test('an event is inspected, edited and run again', async ({ page }) => {
  const said = watchConsole(page)
  await post('form', '{"to":"nobody","text":"First words","customer":{"email":"ada@example.com"}}')
  await server.signIn(page)
  await page.goto(`${server.url}/events`)
  const event = row(page, 'Events', 'First words')
  await expect(event).toContainText('Website form')
  await expect(event).toContainText('No rule wanted it')
  await expectAccessible(page)
  await event.getByRole('link').click()
  const panel = page.getByRole('dialog')
  const tree = panel.getByRole('tree', { name: 'Data of the event' })
  await expect(tree).toContainText('"ada@example.com"')
  await expectAccessible(page)

  const email = tree.getByRole('treeitem').filter({ hasText: 'ada@example.com' })
  await email.hover()
  await email.getByRole('button', { name: 'Show events with this value' }).click()
  await expect(page).toHaveURL(/q=ada%40example\.com/)
  await expect(row(page, 'Events', 'First words')).toBeVisible()

  await panel.getByRole('tab', { name: 'Exactly as received' }).click()
  await expect(panel.getByText('{"to":"nobody","text":"First words"')).toBeVisible()
  await expectAccessible(page)
  await panel.getByRole('tab', { name: 'Technical details' }).click()
  await expect(panel.getByRole('rowheader', { name: 'Content-Type' })).toBeVisible()
  await expectAccessible(page)
  await panel.getByRole('tab', { name: 'Rules' }).click()
  await expect(panel.getByText(/Would not run:.*nobody/).first()).toBeVisible()
  await expectAccessible(page)

  await panel.getByRole('button', { name: 'Edit and run again' }).first().click()
  const editor = page.getByRole('dialog', { name: 'Edit and run again' })
  await expectAccessible(page)
  await editor.getByLabel('Data').fill('{"to":"crm","text":"Other words"}')
  await editor.getByRole('button', { name: 'Run again' }).click()
  await expect(page.getByText('Started 1 run.')).toBeVisible()
  await expect.poll(() => sink.arrived.map((r) => r.body)).toContain('{"text":"Other words"}')
  await page.goto(`${server.url}/events`)
  await expect(row(page, 'Events', 'Other words')).toContainText('Edited copy')
  await expect(row(page, 'Events', 'Other words')).toContainText('Done')
  await expect(row(page, 'Events', 'Other words')).toContainText('To the CRM')
  expect(said).toEqual([])
})

test('a failed run is understood and retried after its destination was mended', async ({ page }) => {
  const said = watchConsole(page)
  sink.answer = { status: 422, body: 'The field customer is missing' }
  await post('form', '{"to":"crm","text":"Needs a customer"}')
  await server.signIn(page)
  await page.goto(`${server.url}/runs`)
  const run = row(page, 'Runs', 'Needs a customer')
  await expect(run).toContainText('Failed')
  await expect(run).toContainText('answered 422')
  await expectAccessible(page)
  await run.getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'To the CRM' })).toBeVisible()
  await expect(page.getByRole('alert').first()).toContainText('answered 422')
  await page.getByRole('tab', { name: 'Answer' }).click()
  await expect(page.getByText('The field customer is missing')).toBeVisible()
  await expectAccessible(page)
  const [failed] = await runs('state=failed&rule=crm')

  sink.answer = { status: 200, body: 'ok' }
  await page.getByRole('button', { name: 'Retry', exact: true }).click()
  await expect(page.getByText(/^Done in /)).toBeVisible()
  await expect(page.getByRole('button', { name: /^Try 2 · sent/ })).toBeVisible()
  await expectAccessible(page)
  const [done] = await runs('state=succeeded&rule=crm')
  expect(done?.id).toBe(failed?.id)
  expect(Date.parse(done?.startedAt ?? '')).toBeGreaterThan(Date.parse(failed?.finishedAt ?? ''))
  await page.goto(`${server.url}/runs`)
  await expect(row(page, 'Runs', 'Needs a customer')).toContainText('answered 200 OK')
  expect(said).toEqual([])
})

test('a problem is opened, checked and skipped', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  await post('form', '{"to":"archive","text":"For the archive"}')
  await expect.poll(async () => (await runs('state=waiting')).length).toBe(1)
  await server.signIn(page)
  await page.goto(`${server.url}/problems`)
  const problem = row(page, 'Open problems', '127.0.0.1:9')
  await expect(problem).toBeVisible()
  await expectAccessible(page)
  await problem.getByRole('link').click()
  await expect(page.getByRole('tab', { name: 'Waiting 1' })).toBeVisible()
  await expect(row(page, 'Waiting', 'For the archive')).toContainText(/Trying again/)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(page.getByText('Checking now.')).toBeVisible()
  await page.getByRole('button', { name: 'Skip waiting runs…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Skip runs' })
  await expect(dialog.getByText('Skip 1 run? Its message will never be sent.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Skip 1' }).click()
  await expect(page.getByText(/Solved/).first()).toBeVisible()
  await page.goto(`${server.url}/problems`)
  await expect(row(page, 'Solved problems', '127.0.0.1:9')).toContainText('1 skipped')
  await expectAccessible(page)
  expect(said).toEqual([])
})

test('what may have been sent is told apart, and a person says what became of it', { tag: '@more' }, async ({
  page,
}) => {
  cut.answer = { status: 0, body: '' }
  await post('form', '{"to":"list","text":"Join Ada"}')
  await post('form', '{"to":"list","text":"Join Bob"}')
  await expect.poll(async () => (await runs('state=failed&unknown=only')).length).toBe(2)
  await server.signIn(page)
  await page.goto(`${server.url}/problems`)
  await page.getByRole('link', { name: /broke off the connection/ }).click()
  await expect(page.getByRole('tab', { name: 'May have been sent 2' })).toBeVisible()
  await expectAccessible(page)
  await row(page, 'May have been sent', 'Join Ada').getByRole('button', { name: 'It arrived' }).click()
  await expect(page.getByRole('dialog', { name: 'Did it arrive?' })).toBeVisible()
  await expectAccessible(page)
  await page.reload() // rows are made anew at another width, and the question with them
  await row(page, 'May have been sent', 'Join Ada').getByRole('button', { name: 'It arrived' }).click()
  const asked = page.getByRole('dialog', { name: 'Did it arrive?' })
  await asked.getByRole('button', { name: 'It arrived' }).click()
  await expect(row(page, 'May have been sent', 'Join Ada')).toHaveCount(0)
  await row(page, 'May have been sent', 'Join Bob').getByRole('link').click()
  await expect(page.getByRole('alert').first()).toContainText('This may have been sent.')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Skip' }).click()
  await page.getByRole('dialog', { name: 'Skip this run?' }).getByRole('button', { name: 'Skip' }).click()
  await expect(page.getByText('Skipped by ann@example.com').first()).toBeVisible()
  expect(await server.api<{ items: unknown[] }>('GET', '/problems')).toMatchObject({ items: [] })
})

test('a refused event says why, and the search for what is missing finds it', async ({ page }) => {
  await post('github', '{"action":"opened","number":4711}', {
    'X-GitHub-Event': 'issues',
    'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}`,
  })
  await server.signIn(page)
  await page.goto(`${server.url}/events?result=rejected`)
  const refused = row(page, 'Events', 'GitHub')
  await expect(refused).toContainText(/Refused.*signature/i)
  await refused.getByRole('link').click()
  await expect(page.getByRole('dialog').getByText('No rule was asked about it.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'See how this inbox checks its senders' })).toBeVisible()
  await expectAccessible(page)

  await page.goto(`${server.url}/events?missing=yes`)
  const panel = page.getByRole('dialog', { name: 'Something missing?' })
  await panel.getByLabel('What did you expect?').fill('4711')
  await panel.getByRole('button', { name: 'Search' }).click()
  await expect(panel.getByText('Yes: 1 event with “4711”.')).toBeVisible()
  await expect(panel.getByText('Refused')).toBeVisible()
  await expectAccessible(page)
  await panel.getByLabel('What did you expect?').fill('never sent')
  await panel.getByRole('button', { name: 'Search' }).click()
  await expect(panel.getByText('No event with “never sent” came in that time.')).toBeVisible()
  await expect(panel.getByRole('link', { name: '1 refused request may be it' })).toBeVisible()
  await expectAccessible(page)
})

test('many events are run again after the page has said how many', { tag: '@more' }, async ({ page }) => {
  const before = sink.arrived.length
  for (const text of ['One of many', 'Two of many']) await post('form', JSON.stringify({ to: 'crm', text }))
  await expect.poll(() => sink.arrived.length).toBe(before + 2)
  await server.signIn(page)
  await page.goto(`${server.url}/events?q=of+many`)
  await expect(row(page, 'Events', 'of many')).toHaveCount(2)
  await page.getByRole('button', { name: 'Run these again' }).click()
  const dialog = page.getByRole('dialog', { name: 'Run 2 events again?' })
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Run 2 events again' }).click()
  await expect.poll(() => sink.arrived.length).toBe(before + 4)
})
