import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer({ withAdmin: false })

test('the set-up link leads to an account, three questions and the first inbox', async ({ page }) => {
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

  await expect(page.getByRole('heading', { name: 'Three short questions' })).toBeVisible()
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
