import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

const order = {
  name: '#1001',
  total: '640.00',
  created_at: '2026-03-01T10:00:00Z',
  customer: { first_name: 'Ada', email: 'ada@example.com' },
  evil: '<img src=x onerror="document.title=1">\u202eabc\u0000',
  greeting: 'مرحبا',
  long: 'x'.repeat(100_000),
}

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  const { address } = await server.api<{ address: string }>('GET', '/inboxes/shop')
  const sent = await fetch(new URL(address, server.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(order),
  })
  expect(sent.ok).toBe(true)
})

/** A rule with one note, open in the editor. */
async function open(page: Page, text: string) {
  const rule = await server.api<{ id: string }>('POST', '/rules', {
    name: `Note ${Math.random()}`,
    inbox: 'shop',
    enabled: false,
    steps: [{ key: 'note', action: 'note', with: { text } }],
  })
  await server.signIn(page)
  await page.goto(`${server.url}/rules/${rule.id}?step=note`)
  const field = page.getByRole('textbox', { name: 'Text', exact: true })
  await expect(field).toBeVisible({ timeout: 90_000 })
  return { field, saved: () => savedText(rule.id) }
}

async function savedText(id: string): Promise<string> {
  const { draft } = await server.api<{ draft?: unknown }>('GET', `/rules/${id}`)
  if (draft === undefined) return ''
  const { rule } = await server.api<{ rule: { steps: { with: { text: string } }[] } }>('GET', `/rules/${id}/draft`)
  return rule.steps[0]?.with.text ?? ''
}

const offered = (page: Page, name: RegExp) => page.getByRole('option').filter({ hasText: name }).first()

const chips = (page: Page) => page.locator('[data-chip]')

test('fields are put in, jumped over, deleted and brought back with the keyboard', { tag: '@more' }, async ({
  page,
}) => {
  const said = watchConsole(page)
  const { field, saved } = await open(page, 'Order')
  await field.click()
  await page.keyboard.press('End')
  await page.keyboard.type(' of {{')
  await expect(page.getByPlaceholder('Name or value')).toBeFocused()
  await page.keyboard.type('ada@')
  await expect(offered(page, /Email/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(field).toBeFocused()
  await expect(chips(page)).toHaveText('Customer › Email · ada@example.com')
  await page.keyboard.type('!')
  await expect.poll(saved).toBe('Order of {{ payload.customer.email }}!')

  // Once over the chip, and once back.
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('<')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.type('>')
  await expect.poll(saved).toBe('Order of <{{ payload.customer.email }}>!')

  await page.keyboard.press('Backspace')
  await page.keyboard.press('Backspace')
  await expect(chips(page)).toHaveCount(0)
  await expect.poll(saved).toBe('Order of <!')
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(chips(page)).toHaveCount(1)

  // A slash where a word begins is a wish for a field, within one it is a slash.
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.type(' a/b /')
  await expect(page.getByPlaceholder('Name or value')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(field).not.toBeFocused()
  expect(said).toEqual([])
})

test('a field that was put in is undone alone', { tag: '@more' }, async ({ page }) => {
  const { field, saved } = await open(page, 'Order ')
  await field.click()
  await page.keyboard.press('End')
  await page.keyboard.type('no ')
  await page.getByRole('button', { name: 'Field into Text' }).click()
  await offered(page, /Name/).click()
  await expect(chips(page)).toHaveText('Name · #1001')
  await expect(field).toBeFocused()
  await page.keyboard.press('Backspace')
  await expect(chips(page)).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(chips(page)).toHaveText('Name · #1001')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(chips(page)).toHaveCount(0)
  await expect.poll(saved).toBe('Order no ')
})

test('a chip is given a format and a default with the mouse, and a formula with the keyboard', {
  tag: '@more',
}, async ({ page }) => {
  const { field, saved } = await open(page, 'From {{ payload.customer.first_name }}, {{ payload.created_at }}')
  const editor = page.getByRole('dialog', { name: 'Field' })
  await chips(page).first().click()
  await expect(editor.getByText('payload.customer.first_name')).toBeVisible()
  await expectAccessible(page)
  await page.reload() // the page was a phone's meanwhile
  await expect(field).toBeVisible({ timeout: 90_000 })
  await chips(page).first().click()
  await editor.getByLabel('Show it as').selectOption('Capital letters')
  await editor.getByLabel('If it is missing, write').fill('a "friend"')
  await expect(editor.getByText('Shows ADA')).toBeVisible()
  await editor.getByRole('button', { name: 'Done' }).click()
  await expect(chips(page).first()).toHaveText('Customer › First name · ADA')
  await expect
    .poll(saved)
    .toBe('From {{ upper(payload.customer.first_name) ?? "a \\"friend\\"" }}, {{ payload.created_at }}')

  // Shift and an arrow select the last chip, Enter opens it.
  await field.click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('Shift+ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(editor.getByLabel('Show it as')).toBeFocused()
  await editor.getByLabel('Show it as').selectOption('2026-03-01')
  await editor.getByRole('button', { name: 'Formula' }).click()
  const formula = editor.getByRole('textbox', { name: 'Formula' })
  await formula.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('payload.name == ')
  await page.keyboard.type('= 1')
  await expect(editor.locator('.cm-lintRange-error')).toBeVisible()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('upp')
  await expect(offered(page, /upper/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(formula).toBeVisible()
  await page.keyboard.type('er(payload.name + "!")')
  await editor.getByRole('button', { name: 'Done' }).click()
  await expect(chips(page).nth(1)).toHaveText('upper(payload.name + "!") · #1001!')
  await expect.poll(saved).toContain('{{ upper(payload.name + "!") }}')
})

test('copying keeps the braces, pasting makes chips', { tag: '@more' }, async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { field, saved } = await open(page, 'a {{ payload.name }} b')
  await field.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.press('ControlOrMeta+c')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('a {{ payload.name }} b')
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.press('ControlOrMeta+v')
  await expect(chips(page)).toHaveCount(2)
  await expect.poll(saved).toBe('a {{ payload.name }} ba {{ payload.name }} b')
})

test('what is missing, broken or meant as text says so', { tag: '@more' }, async ({ page }) => {
  const { field } = await open(page, '-')
  await field.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('{{ payload.custmer.email }} {{ paylod.x }} {{{{ y }} {{ "}}" }} {{ payload.name')
  await expect(chips(page)).toHaveCount(3)
  await expect(chips(page).nth(0)).toHaveText('Custmer › Email · not in this event')
  await expect(chips(page).nth(0)).toHaveCSS('border-top-style', 'dashed')
  await expect(chips(page).nth(1)).toHaveAttribute('data-chip', 'broken')
  await expect(page.getByText('Did you mean payload?').first()).toBeVisible()
  await expect(page.getByText(/The \{\{ is not closed/).first()).toBeVisible()
  await expectAccessible(page)
  await chips(page).nth(0).click()
  await page.getByRole('button', { name: 'Use Customer › Email' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(chips(page).nth(0)).toHaveText('Customer › Email · ada@example.com')
})

test('hostile and endless values stay text, and values can be hidden', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  const { field, saved } = await open(page, '{{ payload.evil }} {{ payload.greeting }} {{ payload.long }}')
  await expect(chips(page).nth(0)).toContainText('<img src=x')
  await expect(chips(page).nth(1)).toHaveText('Greeting · مرحبا')
  await expect(chips(page).nth(2)).toContainText('xxx…')
  expect((await chips(page).nth(2).boundingBox())?.width).toBeLessThan(500)
  await page.getByRole('button', { name: 'Hide values in Text' }).click()
  await expect(chips(page).nth(1)).toHaveText('Greeting')
  await page.reload()
  await expect(field).toBeVisible({ timeout: 90_000 })
  await expect(chips(page).nth(1)).toHaveText('Greeting')

  // As much as 100 KB with fields in it is still written into at once.
  await field.click()
  await page.keyboard.press('ControlOrMeta+End')
  await page.keyboard.insertText(`שלום ${'word {{ payload.name }}\n'.repeat(4000)}`)
  const started = Date.now()
  await page.keyboard.type('end of it')
  await expect(field).toContainText('end of it')
  expect(Date.now() - started).toBeLessThan(15_000)
  await expect.poll(saved).toMatch(/\nend of it$/)
  expect(said).toEqual([])
})

test('on a phone the picker and the chip open as sheets and close one at a time', { tag: '@more' }, async ({
  page,
}) => {
  await page.setViewportSize({ width: 360, height: 740 })
  const { field, saved } = await open(page, 'Order {{ payload.name }}')
  await expect(field).toHaveCSS('font-size', '16px')
  await chips(page).first().click()
  const editor = page.getByRole('dialog', { name: 'Field' })
  await editor.getByLabel('If it is missing, write').fill('none')
  await page.keyboard.press('Escape')
  await expect(editor).toBeHidden()
  await expect(field).toBeVisible()
  await page.getByRole('button', { name: 'Field into Text' }).click()
  await offered(page, /Total/).click()
  await expect(chips(page)).toHaveCount(2)
  await expect.poll(saved).toContain('{{ payload.total }}')
})
