import { expect, type Page, test } from '@playwright/test'
import { adder, expectDraft, fieldOption, inboxWith, openRule, order, takeOption } from './conditions'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()
const vic = { email: 'vic@example.com', password: 'only here to look' }

test.beforeAll(async () => {
  await inboxWith(server, 'plain', order)
  const verify = { scheme: 'shopify', secret: 'between us' }
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop', verify })
  await server.api('POST', '/inboxes/shop/send', { sample: 'shopify', event: 'orders/create' })
  await server.api('POST', '/users', { ...vic, role: 'viewer' })
})

const picker = (page: Page) => page.getByRole('combobox', { name: 'Find a field by its name or value' })

test('conditions are built with the mouse alone', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  const editor = await openRule(server, page, { id: 'mouse', when: '' })
  await expect(editor.getByText('Always.')).toBeVisible()
  await expect(editor.getByRole('group', { name: 'Suggestions' }).getByRole('button').first()).toBeVisible()
  await expectAccessible(page)

  await adder(editor).click()
  await expect(fieldOption(page, 'Total')).toBeVisible()
  await expectAccessible(page)
  await fieldOption(page, 'Total').click()
  const row = editor.getByRole('group', { name: 'condition 1, Total' })
  await expect(row.getByText('Write what to compare with.')).toBeVisible()
  // A number as people write it; what was understood stands beside it.
  const value = row.getByLabel('What Total is compared with')
  await expect(value).toBeFocused()
  await page.keyboard.type('1,200.50')
  await expect(row.getByText('= 1200.50')).toBeVisible()
  await expect(row.getByText('No Total is "480.00", the rule wants more than 1200.5.')).toBeVisible()
  await expect(editor.getByText('Would not run: Total is "480.00", the rule wants more than 1200.5.')).toBeVisible()
  await expectDraft(server, 'mouse', 'num(payload.total) > 1200.5')

  // A group in which one is enough.
  await editor.getByRole('button', { name: 'Group', exact: true }).click()
  const group = editor.getByRole('group', { name: 'group 2' })
  await adder(group).click()
  await fieldOption(page, 'Currency').click()
  await page.keyboard.type('EUR')
  await adder(group).click()
  await fieldOption(page, 'Test').click()
  await expectDraft(
    server,
    'mouse',
    'num(payload.total) > 1200.5 and (eqFold(payload.currency, "EUR") or payload.test == true)',
  )
  await expectAccessible(page)

  // What is switched off is kept, and nothing asks for it.
  const menu = row.getByRole('button', { name: /^More for/ })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Switch off' }).click()
  await expectDraft(
    server,
    'mouse',
    '(true or num(payload.total) > 1200.5) and (eqFold(payload.currency, "EUR") or payload.test == true)',
  )
  await expect(row.getByText('Switched off')).toBeVisible()
  await expect(editor.getByText('Would run: the condition holds.')).toBeVisible()
  await expectAccessible(page)
  await menu.click()
  await page.getByRole('menuitem', { name: 'Switch on' }).click()
  await expectDraft(
    server,
    'mouse',
    'num(payload.total) > 1200.5 and (eqFold(payload.currency, "EUR") or payload.test == true)',
  )

  // The first row is dragged into the group, and duplicated there.
  const grip = row.getByRole('button', { name: /^Move condition/ })
  const target = group.getByRole('group', { name: /Currency/ })
  await grip.hover()
  await page.mouse.down()
  const box = await target.boundingBox()
  if (box === null) throw new Error('the row is not to be seen')
  await page.mouse.move(box.x + 20, box.y + box.height / 2 + 8, { steps: 8 })
  await page.mouse.up()
  await expectDraft(
    server,
    'mouse',
    'eqFold(payload.currency, "EUR") or num(payload.total) > 1200.5 or payload.test == true',
  )
  const menuOf = (name: RegExp) => editor.getByRole('button', { name }).last()
  await menuOf(/^More for condition \d, Test/).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expectDraft(server, 'mouse', 'eqFold(payload.currency, "EUR") or num(payload.total) > 1200.5')
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click()
  await expectDraft(
    server,
    'mouse',
    'eqFold(payload.currency, "EUR") or num(payload.total) > 1200.5 or payload.test == true',
  )
  expect(said).toEqual([])
})

test('conditions are built with the keyboard alone', { tag: '@more' }, async ({ page }) => {
  const editor = await openRule(server, page, { id: 'keys', when: '' })
  await adder(editor).focus()
  await page.keyboard.press('Enter')
  await expect(picker(page)).toBeFocused()
  await page.keyboard.type('berlin') // part of the value
  await expect(fieldOption(page, 'Customer › City')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(editor.getByLabel('What Customer › City is compared with')).toBeFocused()
  await page.keyboard.type('Berlin')
  await expectDraft(server, 'keys', 'eqFold(payload.customer.city, "Berlin")')

  await page.keyboard.press('Shift+Tab')
  await takeOption(page, 'is one of', 'is one of')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Hamburg,')
  await expectDraft(server, 'keys', 'inFold(payload.customer.city, ["Berlin", "Hamburg"])')

  await adder(editor).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('price')
  await expect(fieldOption(page, 'Price')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(editor.getByLabel('What Price is compared with')).toBeFocused()
  await page.keyboard.type('10')
  await expectDraft(server, 'keys', 'inFold(payload.customer.city, ["Berlin", "Hamburg"]) and payload.price > 10')
  await page.keyboard.press('Alt+ArrowUp')
  await expectDraft(server, 'keys', 'payload.price > 10 and inFold(payload.customer.city, ["Berlin", "Hamburg"])')
  await expect(editor.getByRole('button', { name: 'Move condition 1, Price' })).toBeFocused()

  await page.keyboard.press('Control+c')
  await page.keyboard.press('Control+v')
  await expectDraft(
    server,
    'keys',
    'payload.price > 10 and payload.price > 10 and inFold(payload.customer.city, ["Berlin", "Hamburg"])',
  )
  await expect(editor.getByRole('button', { name: 'Move condition 2, Price' })).toBeFocused()
  await page.keyboard.press('Delete')
  await expectDraft(server, 'keys', 'payload.price > 10 and inFold(payload.customer.city, ["Berlin", "Hamburg"])')
  // The history of the whole rule knows it, too.
  await page.keyboard.press('Control+z')
  await expect(editor.getByRole('group', { name: /^condition \d, Price/ })).toHaveCount(2)
  await page.keyboard.press('Control+Shift+z')
  await expect(editor.getByRole('group', { name: /^condition \d, Price/ })).toHaveCount(1)

  // Of a list: what one of its items must be.
  await adder(editor).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('items')
  await expect(fieldOption(page, 'Items')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(editor.getByLabel('What Items is compared with')).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await takeOption(page, 'any item', 'any item where')
  const items = editor.getByRole('group', { name: 'condition 3, Items' })
  await adder(items).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('qty')
  await expect(fieldOption(page, 'Qty')).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('4')
  await expectDraft(
    server,
    'keys',
    'payload.price > 10 and inFold(payload.customer.city, ["Berlin", "Hamburg"]) and any(payload.items, .qty > 4)',
  )
  await expect(editor.getByText('Would run: all 3 conditions hold.')).toBeVisible()
})

test('rows and formula are the same text; what no row can show stays as it was typed', { tag: '@more' }, async ({
  page,
}) => {
  const when = 'payload.price * 2  > 3 /* twice */ and payload.currency == "EUR"'
  const editor = await openRule(server, page, { id: 'text', when })
  await expect(editor.getByText('This part can only be edited as text.')).toBeVisible()
  await editor.getByLabel('What Currency is compared with').fill('USD')
  await expectDraft(server, 'text', 'payload.price * 2  > 3 /* twice */ and payload.currency == "USD"')

  await editor.getByRole('button', { name: 'Formula', exact: true }).click()
  const text = editor.getByRole('textbox', { name: 'Formula' })
  await expect(text).toContainText('payload.currency == "USD"')
  await text.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' and payload.test == ')
  await expect(editor.getByText('The conditions below are those from before.')).toBeVisible()
  await expect(editor.getByRole('group', { name: 'condition 2, Currency' })).toBeVisible()
  await page.keyboard.press('Escape') // of the completions
  await expectAccessible(page)
  await page.keyboard.type('false')
  await expect(editor.getByRole('group', { name: 'condition 3, Test' })).toBeVisible()
  await expect(text, 'typing goes on where it was').toBeFocused()
  await expectDraft(
    server,
    'text',
    'payload.price * 2  > 3 /* twice */ and payload.currency == "USD" and payload.test == false',
  )

  // One part becomes rows as soon as rows can show it.
  await editor.getByRole('button', { name: 'Formula', exact: true }).click()
  const block = editor.getByRole('group', { name: 'formula 1' })
  await block.getByRole('button', { name: 'Edit' }).click()
  await block.getByRole('textbox', { name: 'Formula' }).click()
  await page.keyboard.press('Control+a')
  await page.keyboard.type('payload.price > 1')
  await block.getByRole('button', { name: 'Done' }).click()
  await expect(editor.getByLabel('What Price is compared with')).toHaveValue('1')
  await expectDraft(server, 'text', 'payload.price > 1 and payload.currency == "USD" and payload.test == false')
})

test('verdicts offer what would help, and pasting makes values of a list', { tag: '@more' }, async ({ page }) => {
  const editor = await openRule(server, page, {
    id: 'hints',
    when: 'payload.total > 400 and payload.emial == "ada@example.com" and payload.currency in ["USD"]',
  })
  await editor.getByRole('button', { name: 'Yes, as a number' }).click()
  await editor.getByRole('button', { name: 'Use Email instead' }).click()
  await expectDraft(
    server,
    'hints',
    'num(payload.total) > 400 and payload.email == "ada@example.com" and payload.currency in ["USD"]',
  )
  const list = editor.getByLabel('What Currency is compared with')
  await list.evaluate((box) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text', 'EUR, GBP, USD')
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expectDraft(
    server,
    'hints',
    'num(payload.total) > 400 and payload.email == "ada@example.com" and payload.currency in ["USD", "EUR", "GBP"]',
  )
  await expect(editor.getByText('Would run: all 3 conditions hold.')).toBeVisible()
  await expectAccessible(page)
})

test('the kind of event stands in When, and takes part in the same text', { tag: '@more' }, async ({ page }) => {
  const editor = await openRule(server, page, { id: 'kind', when: 'num(payload.total_price) > 500', inbox: 'shop' })
  await page.getByRole('combobox', { name: 'Kind of event' }).click()
  await page.getByRole('option', { name: /^Order created/ }).click()
  await expectDraft(server, 'kind', 'event.type == "orders/create" and num(payload.total_price) > 500')
  await expect(editor.getByRole('group', { name: /^condition/ })).toHaveCount(1)
  await expectAccessible(page)
})

test('who may look only sees the same in words', { tag: '@more' }, async ({ page }) => {
  const editor = await openRule(server, page, {
    id: 'look',
    when: 'payload.price > 20 and payload.currency == "EUR"',
    as: vic,
  })
  await expect(editor.getByText('Price > 20')).toBeVisible()
  await expect(editor.getByText('Would not run: Price is 12.5, the rule wants more than 20.')).toBeVisible()
  await expect(editor.getByRole('button', { name: 'Condition', exact: true })).toHaveCount(0)
  await expectAccessible(page)
})

test('on a phone fields and operators are chosen on the whole screen', { tag: '@more' }, async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 })
  const editor = await openRule(server, page, { id: 'phone', when: '' })
  await adder(editor).click()
  const sheet = page.getByRole('dialog', { name: 'Choose a field' })
  await expect(sheet.getByRole('button', { name: 'Done' })).toBeVisible()
  await fieldOption(page, 'Currency').click()
  await expect(sheet).toBeHidden()
  await page.keyboard.type('EU')
  await editor.getByRole('button', { name: /^How Currency is compared/ }).click()
  const ways = page.getByRole('dialog', { name: 'How to compare' })
  await ways.getByRole('button', { name: 'starts with', exact: true }).click()
  await expectDraft(server, 'phone', 'startsWithFold(payload.currency, "EU")')
  await editor.getByRole('button', { name: /^More for condition 1/ }).click()
  await expect(page.getByRole('menuitem', { name: 'Move up' })).toBeVisible()
})

test('a link leads to the condition that said no', { tag: '@more' }, async ({ page }) => {
  await openRule(server, page, { id: 'why', when: 'payload.price > 1 and payload.currency == "USD"' })
  await page.goto(`${server.url}/rules/why?row=deciding`)
  await expect(page.getByLabel('What Currency is compared with')).toBeFocused()
  const kindly = { id: 'kindly', name: 'Kindly', inbox: 'shop', when: 'event.type == "orders/paid"' }
  await server.api('POST', '/rules', { ...kindly, steps: [{ key: 'note', action: 'note', with: { text: 'Paid' } }] })
  await page.goto(`${server.url}/rules/kindly?row=deciding`)
  await expect(page.getByRole('combobox', { name: 'Kind of event' })).toBeFocused()
})
