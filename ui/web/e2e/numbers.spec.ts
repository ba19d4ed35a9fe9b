import { expect, test } from '@playwright/test'
import { aServer } from './server'

const server = aServer()

// What the browser's own numbers do not hold: each would come back as another one.
const values = ['9007199254740993', '123456789012345678901234567890', '0.12345678901234567891']
const data = `{"id":${values[0]},"deep":[{"big":${values[1]}}],"fine":${values[2]},"plain":640}`

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop', verify: { scheme: 'none' } })
  await server.text(
    'POST',
    '/rules',
    `{"id":"pass-on","name":"Pass on","inbox":"shop","steps":[{"key":"h","action":"http","with":{"url":"https://example.com/","json":${data}}}]}`,
  )
})

test('numbers in the settings of a step keep every digit through the editor', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/rules/pass-on?step=h`)
  const step = page.getByRole('region', { name: 'Step 1', exact: true })
  await expect(step.getByLabel('id', { exact: true })).toHaveValue('9007199254740993')
  await page.getByRole('textbox', { name: 'Name of the rule' }).fill('Pass it on')
  await expect(page.getByText(/^Saved /)).toBeVisible()
  const draft = await server.text('GET', '/rules/pass-on/draft')
  for (const value of values) expect(draft).toContain(value)

  // Typed anew, as a number and as text.
  await step.getByLabel('id', { exact: true }).fill('9007199254740995')
  await step.getByLabel('plain', { exact: true }).fill('1.5')
  await expect(step.getByLabel('plain', { exact: true })).toHaveValue('1.5')
  await expect.poll(() => server.text('GET', '/rules/pass-on/draft')).toContain('"plain":1.5')
  expect(await server.text('GET', '/rules/pass-on/draft')).toContain('"id":9007199254740995')
  await step.getByRole('button', { name: 'Edit as text' }).click()
  const text = step.getByLabel(/ as text$/)
  await text.fill((await text.inputValue()).replace('9007199254740995', '9007199254740997'))
  await expect.poll(() => server.text('GET', '/rules/pass-on/draft')).toContain('"id":9007199254740997')
  expect(await server.text('GET', '/rules/pass-on/draft')).toContain(values[1])
})
