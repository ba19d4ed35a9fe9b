import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { admin, aServer } from './server'

const server = aServer()
const bea = { email: 'bea@example.com', password: 'another horse battery' }

interface Rule {
  name: string
  version: number
}

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'My shop' })
  await server.api('POST', '/inboxes/shop/send', { sample: 'shopify', event: 'orders/create' })
  await server.api('POST', '/users', { ...bea, name: 'Bea', role: 'editor' })
})

/** A rule that is at work, opened in the editor. */
async function openRule(page: Page, id: string, as = admin): Promise<void> {
  await server.signIn(page, as)
  await page.goto(`${server.url}/rules/${id}`)
  await expect(name(page)).toBeVisible()
}

const name = (page: Page) => page.getByLabel('Name of the rule')
const makeRule = (id: string) =>
  server.api('POST', '/rules', {
    id,
    name: 'Tell the team',
    inbox: 'shop',
    steps: [{ key: 'note', action: 'note', with: { text: 'An order' } }],
  })

test('a draft that was left is found again, and published', async ({ page }) => {
  const said = watchConsole(page)
  await makeRule('left')
  await openRule(page, 'left')
  await expect(page.getByText('Live, version 1')).toBeVisible()
  await name(page).fill('Tell everybody')
  await expect(page.getByText(/^Saved /)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Publish changes' })).toBeVisible()

  await page.getByRole('link', { name: 'Back to Rules' }).click()
  await expect(page.getByRole('list', { name: 'Rules' }).getByText('On, changes not published')).toBeVisible()
  expect(await server.api<Rule>('GET', '/rules/left')).toMatchObject({ name: 'Tell the team', version: 1 })
  await page.getByRole('link', { name: 'Tell the team' }).click()
  await expect(name(page)).toHaveValue('Tell everybody')
  await expectAccessible(page)

  await page.keyboard.press('Control+Shift+Enter')
  const sheet = page.getByRole('dialog', { name: 'Publish changes' })
  await expect(sheet.getByText('Tell everybody')).toBeVisible()
  await expectAccessible(page)
  await sheet.getByRole('button', { name: 'Publish changes' }).click()
  await expect(page.getByText('Live, version 2')).toBeVisible()
  expect(await server.api<Rule>('GET', '/rules/left')).toMatchObject({ name: 'Tell everybody', version: 2 })
  expect(said).toEqual([])
})

test('an edit that the server never got is kept in the browser and found again', async ({ page, context }) => {
  await makeRule('offline')
  await openRule(page, 'offline')
  await expect(page.getByText('Live, version 1')).toBeVisible()
  await server.stop()
  await name(page).fill('Tell everybody')
  await expect(page.getByText('Kept in this browser.')).toBeVisible()
  await page.close()

  await server.start()
  const next = await context.newPage()
  await next.goto(`${server.url}/rules/offline`)
  await expect(name(next)).toHaveValue('Tell everybody')
  await expect(next.getByText('was found in this browser')).toBeVisible()
  await expect(next.getByText(/^Saved /)).toBeVisible()
  await expectAccessible(next)
  const draft = await server.api<{ rule: Rule }>('GET', '/rules/offline/draft')
  expect(draft.rule.name).toBe('Tell everybody')
})

test('two people edit the same rule: the second one is told, and nothing is lost', async ({ page, browser }) => {
  await makeRule('both')
  await openRule(page, 'both')
  const context = await browser.newContext()
  const other = await context.newPage()
  await openRule(other, 'both', bea)

  await name(page).fill('By Ann')
  await expect(page.getByText(/^Saved /)).toBeVisible()
  await name(other).fill('By Bea')
  const told = other.getByRole('alert').filter({ hasText: admin.email })
  await expect(told).toContainText('Yours is kept in this browser')
  const draft = () => server.api<{ rule: Rule }>('GET', '/rules/both/draft')
  expect((await draft()).rule.name).toBe('By Ann')

  await page.getByRole('button', { name: 'Publish changes' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Publish changes' }).click()
  await expect(page.getByText('Live, version 2')).toBeVisible()

  await told.getByRole('button', { name: 'Compare' }).click()
  const compared = other.getByRole('dialog', { name: 'What differs' })
  await expect(compared).toContainText('By Ann')
  await expect(compared).toContainText('By Bea')
  await expectAccessible(other)
  await compared.getByRole('button', { name: 'Go on with mine' }).click()
  await expect(other.getByRole('alert')).toContainText('published a change')
  // There is none for a moment: Ann's was published.
  await expect(async () => expect((await draft()).rule.name).toBe('By Bea')).toPass({ timeout: 30_000 })
  expect(await server.api<Rule>('GET', '/rules/both')).toMatchObject({ name: 'By Ann', version: 2 })

  await other.getByRole('alert').getByRole('button', { name: 'Use theirs' }).click()
  await expect(name(other)).toHaveValue('By Ann')
  await expect(other.getByText('Live, version 2')).toBeVisible()
  await other.getByRole('button', { name: 'Undo' }).click()
  await expect(name(other)).toHaveValue('By Bea')
  await context.close()
})

test('who opens a rule that somebody else edits sees them, until they leave', { tag: '@more' }, async ({
  page,
  browser,
}) => {
  await makeRule('shared')
  await openRule(page, 'shared')
  const context = await browser.newContext()
  const other = await context.newPage()
  await openRule(other, 'shared', bea)
  await expect(other.getByText(`${admin.email} is here`)).toBeVisible()
  await expect(page.getByText('Bea is here')).toBeVisible()
  await expectAccessible(other)
  await other.setViewportSize({ width: 360, height: 740 })
  await expect(other.getByText(`${admin.email} is here`)).toBeAttached()
  await page.getByRole('link', { name: 'Back to Rules' }).click()
  await expect(other.getByText(`${admin.email} is here`)).toHaveCount(0)
  await context.close()
})

test('a sample shows its numbers as they came; who turns on a rule is told when it would start nothing', {
  tag: '@more',
}, async ({ page }) => {
  const rule = { id: 'picky', name: 'Picky', inbox: 'shop', enabled: false, when: 'payload.currency == "XYZ"' }
  await server.api('POST', '/rules', { ...rule, steps: [{ key: 'note', action: 'note', with: { text: 'An order' } }] })
  const { address } = await server.api<{ address: string }>('GET', '/inboxes/shop')
  const sent = await fetch(new URL(address, server.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"id":820982911946154508,"currency":"EUR"}',
  })
  expect(sent.ok).toBe(true)
  await openRule(page, 'picky')
  await page.getByRole('button', { name: 'Data', exact: true }).click()
  const data = page.getByRole('tree', { name: 'Data of the event' })
  await expect(data.getByText('820982911946154508', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Choose event…' }).click()
  await expect(page.getByLabel('Search events')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByLabel('Search events')).toBeHidden()

  await page.getByRole('button', { name: 'Turn on' }).click()
  const sheet = page.getByRole('dialog', { name: 'Turn on' })
  await expect(sheet.getByText(/^Would not run/)).toBeVisible()
  await expect(sheet.getByText('Running it for this event would start nothing.')).toBeVisible()
})
