import { expect, type Locator, type Page } from '@playwright/test'
import { admin, type Server } from './server'

/** What the inboxes of these tests get. */
export const order = {
  total: '480.00',
  price: 12.5,
  currency: 'EUR',
  email: 'ada@example.com',
  test: false,
  tags: ['vip'],
  items: [
    { sku: 'a', qty: 2 },
    { sku: 'b', qty: 5 },
  ],
  customer: { city: 'Berlin' },
}

/** An inbox that takes everything, with one event in it. */
export async function inboxWith(server: Server, name: string, event: object): Promise<void> {
  await server.api('POST', '/inboxes', { name, verify: { scheme: 'none' }, limits: { body: '4MiB' } })
  const headers = { 'Content-Type': 'application/json' }
  const { ok } = await fetch(`${server.url}/in/${name}`, { method: 'POST', headers, body: JSON.stringify(event) })
  expect(ok).toBe(true)
}

interface Rule {
  id: string
  when: string
  inbox?: string
  as?: typeof admin
}

/** Makes a rule with a condition and opens it; gives the editor of the condition. */
export async function openRule(server: Server, page: Page, rule: Rule): Promise<Locator> {
  const { id, when, inbox = 'plain', as = admin } = rule
  const steps = [{ key: 'note', action: 'note', with: { text: 'Seen' } }]
  await server.api('POST', '/rules', { id, name: id, inbox, when, steps })
  await server.signIn(page, as)
  await page.goto(`${server.url}/rules/${id}`)
  const editor = page.getByRole('group', { name: 'Only if', exact: true })
  await expect(editor.getByRole('button', { name: 'Formula', exact: true })).toBeVisible()
  return editor
}

/** Expects the draft of a rule to have this condition. */
export async function expectDraft(server: Server, id: string, when: string): Promise<void> {
  const found = async () => {
    const { draft } = await server.api<{ draft?: object | null }>('GET', `/rules/${id}`)
    if (draft === null || draft === undefined) return 'no draft'
    return (await server.api<{ rule: { when?: string } }>('GET', `/rules/${id}/draft`)).rule.when ?? ''
  }
  await expect.poll(found).toBe(when)
}

/** The button that adds a condition to the group. */
export const adder = (where: Locator): Locator => where.getByRole('button', { name: 'Condition', exact: true }).last()

const types = 'Text|Number|Date|List|Yes or no|Group of fields|Unknown'

/** A field in the picker that is open. */
export const fieldOption = (page: Page, name: string): Locator =>
  page.getByRole('listbox', { name: 'Fields' }).getByRole('option', { name: new RegExp(`^(${types}) ${name} (?!›)`) })

/**
 * Types into the list that has opened with the focus, and takes what it offers first. Its opening ends in a timer, which
 * takes the choice back when all keys come before it: as no hand types, but a test on a busy machine.
 */
export async function takeOption(page: Page, typed: string, name: string): Promise<void> {
  await expect(page.locator(':focus')).toHaveAttribute('aria-expanded', 'true')
  await page.evaluate(() => new Promise((done) => setTimeout(done, 1)))
  await page.keyboard.type(typed)
  await expect(page.getByRole('option', { name }).first()).toHaveAttribute('data-combobox-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.locator(':focus')).toHaveAttribute('aria-expanded', 'false')
}
