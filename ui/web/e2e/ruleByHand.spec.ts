import { expect, type Locator, type Page, test } from '@playwright/test'
import { watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

const order = { number: 1001, total: 640, currency: 'EUR', vip: true }

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop', verify: { scheme: 'none' } })
  await server.api('POST', '/inboxes', { name: 'blog', title: 'Blog', verify: { scheme: 'none' } })
  await arrives(order)
})

async function arrives(event: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const { ok } = await fetch(`${server.url}/in/shop`, { method: 'POST', headers, body: JSON.stringify(event) })
  expect(ok).toBe(true)
}

/** The rule that both hands build: what it says, and that it does so for the right event only. */
async function expectAtWork(page: Page, when: string): Promise<void> {
  await expect(page.getByText('Live, version 1')).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const stored = await server.api<{ when?: string; inbox?: string; enabled: boolean }>('GET', `/rules/${id}`)
  expect(stored).toMatchObject({ when, inbox: 'shop', enabled: true })
  const states = async () =>
    (await server.api<{ items: { state: string }[] }>('GET', `/runs?rule=${id}`)).items.map((run) => run.state)
  await arrives({ ...order, number: 1002, vip: false })
  await arrives({ ...order, number: 1003 })
  await expect.poll(states).toEqual(['succeeded'])
  await server.api('POST', `/rules/${id}/disable`)
}

/** Makes every use of the other hand an error. */
async function forbid(page: Page, kinds: readonly string[]): Promise<string[]> {
  const used: string[] = []
  await page.exposeFunction('usedOtherHand', (kind: string) => used.push(kind))
  await page.evaluate((all) => {
    const tell = (globalThis as unknown as { usedOtherHand: (kind: string) => void }).usedOtherHand
    for (const kind of all) window.addEventListener(kind, () => tell(kind), true)
  }, kinds)
  return used
}

/** Goes on with Tab as a person does, until the control has the focus. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let n = 0; n < 60; n++) {
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('Tab')
    // oxlint-disable-next-line no-await-in-loop
    if (await control.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`Tab does not lead to ${control.toString()}`)
}

// It comes first: the palette would find a rule that is called “New rule” beside the deed of that name.
test('a rule is built with the keyboard alone', async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  const pointers = await forbid(page, ['pointerdown', 'mousedown', 'wheel', 'touchstart'])
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.type('new rule')
  await expect(
    page
      .getByRole('option')
      .or(page.getByRole('button', { name: 'New rule' }))
      .first(),
  ).toBeVisible()
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('combobox', { name: /arrives in$/ }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('option', { name: 'Shop' })).toBeVisible()
  for (let n = 0; n < 3; n++) {
    if ((await page.getByRole('option', { name: 'Shop' }).getAttribute('data-combobox-selected')) === 'true') break
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
  const only = page.getByRole('group', { name: 'Only if', exact: true })
  await tabTo(page, only.getByRole('button', { name: 'Condition', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox', { name: 'Find a field by its name or value' })).toBeFocused()
  await page.keyboard.type('vip')
  await expect(page.getByRole('option')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(only.getByText('Would run: the condition holds.')).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Step', exact: true }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('textbox', { name: 'Search what should happen' })).toBeFocused()
  await page.keyboard.type('note')
  await expect(page.getByRole('option').first()).toHaveAccessibleName(/^Show a note/)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Preview of step 1' })).toContainText(/\d/)
  await expect(page.getByText(/^Saved /)).toBeVisible()
  await page.keyboard.press('Control+Shift+Enter')
  const sheet = page.getByRole('dialog')
  await tabTo(page, sheet.getByRole('button', { name: 'Turn on', exact: true }))
  await page.keyboard.press('Enter')
  await expectAtWork(page, 'payload.vip == true')
  expect(pointers).toEqual([])
  expect(said).toEqual([])
})

test('a rule is built with the mouse alone', async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  const keys = await forbid(page, ['keydown', 'keypress'])
  await page.getByRole('link', { name: 'Rules' }).first().click()
  await page.getByRole('link', { name: 'Make a rule' }).click()
  await page.getByRole('combobox', { name: /arrives in$/ }).click()
  await page.getByRole('option', { name: 'Shop' }).click()
  const only = page.getByRole('group', { name: 'Only if', exact: true })
  await only.getByRole('button', { name: 'Condition', exact: true }).click()
  await page.getByRole('option', { name: /Vip/ }).click()
  await expect(only.getByText('Would run: the condition holds.')).toBeVisible()
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await page.getByRole('option', { name: /^Show a note/ }).click()
  await expect(page.getByRole('region', { name: 'Preview of step 1' })).toContainText(/\d{4}/)
  await expect(page.getByText(/^Saved /)).toBeVisible()
  await page.getByRole('button', { name: 'Turn on' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn on', exact: true }).click()
  await expectAtWork(page, 'payload.vip == true')
  expect(keys).toEqual([])
  expect(said).toEqual([])
})
