import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer({ withAdmin: false })

test('the set-up link leads to an account, two questions and the first inbox', async ({ page }) => {
  const said = watchConsole(page)
  await page.goto(`${server.url}/inboxes`)
  await expect(page.getByRole('heading', { name: 'Open the set-up link' })).toBeVisible()

  await page.goto('about:blank')
  await page.goto(server.setupLink)
  await expect(page.getByRole('heading', { name: 'Welcome. Make your account.' })).toBeVisible()
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByText('Type your email address.')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Name').fill('Sam')
  await page.getByLabel('Email').fill('sam@example.com')
  await page.getByLabel('Password', { exact: true }).fill('a long enough password')
  await page.getByRole('button', { name: 'Create account' }).click()

  await expect(page.getByRole('heading', { name: 'Two short questions' })).toBeVisible()
  await expect(page.getByText('Works only on this computer')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Address other apps use to reach Patchbay').fill('http://hooks.example.com')
  await expect(page.getByText('Looks public.')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()

  await expect(page.getByRole('heading', { name: 'My first inbox' })).toBeVisible()
  await expect(page).toHaveURL(`${server.url}/inboxes/my-first-inbox`)
  await expect(page.getByText('http://hooks.example.com/in/my-first-inbox/').first()).toBeAttached()
  await expectAccessible(page)
  const settings = await server.api<{ publicUrl: string; timezone: string }>('GET', '/settings')
  expect(settings.publicUrl).toBe('http://hooks.example.com')
  expect(settings.timezone).not.toBe('')
  expect(said).toEqual([])
})

test('from the first inbox to the first message that was sent, without writing a word', async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page, { email: 'sam@example.com', password: 'a long enough password' })
  const began = Date.now()
  await page.goto(`${server.url}/inboxes/my-first-inbox`)
  await page.getByRole('button', { name: 'Shopify: Order created' }).click()
  await page.getByRole('link', { name: 'Make a rule from this event' }).click()

  await expect(page.getByText('#1001 · 640.00 USD').first()).toBeVisible()
  await page.getByRole('button', { name: 'Step', exact: true }).click()
  await page.getByRole('option', { name: /Show a note in Patchbay/ }).click()
  await expect(page.getByRole('textbox', { name: 'Text' })).toContainText('Total price')
  await page.getByRole('button', { name: 'Turn on', exact: true }).click()
  await page.getByRole('button', { name: 'Turn on and run it for this sample' }).click()

  await expect(page.getByText('Done in', { exact: false })).toBeVisible()
  await expect(page.getByText('#1001: 640.00 USD')).toBeVisible()
  expect(Date.now() - began, 'three minutes at most').toBeLessThan(180_000)

  await page.getByRole('link', { name: 'Home' }).first().click()
  await expect(page.getByText('You are set up.')).toBeVisible()
  expect(said).toEqual([])
})
