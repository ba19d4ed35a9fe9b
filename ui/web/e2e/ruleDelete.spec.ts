import { expect, test } from '@playwright/test'
import { aServer } from './server'

const server = aServer()
const anyVersion = { 'If-Match': '*' }
const note = (text: string) => [{ key: 'n', action: 'note', with: { text } }]

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop' })
  await server.api('POST', '/rules?draft=true', { name: 'Only an idea', inbox: 'shop', steps: note('idea') })
  await server.api('POST', '/rules', { name: 'At work', inbox: 'shop', steps: note('first') })
  await server.api('PUT', '/rules/at-work/draft', { name: 'At work', inbox: 'shop', steps: note('second') }, anyVersion)
})

for (const [name, id, text] of [
  ['Only an idea', 'only-an-idea', 'idea'],
  ['At work', 'at-work', 'second'],
] as const) {
  test(`deleting "${name}" can be undone, its unpublished edit included`, async ({ page }) => {
    await server.signIn(page)
    await page.goto(`${server.url}/rules`)
    await page.getByRole('button', { name: `More for ${name}` }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(page.getByText(`${name} is deleted.`)).toBeVisible()
    await expect(page.getByRole('button', { name: `More for ${name}` })).toBeHidden()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText(`${name} is back.`)).toBeVisible()
    await expect(page.getByRole('button', { name: `More for ${name}` })).toBeVisible()
    const draft = await server.api<{ rule: { steps: unknown[] } }>('GET', `/rules/${id}/draft`)
    expect(JSON.stringify(draft.rule.steps)).toContain(text)
  })
}
