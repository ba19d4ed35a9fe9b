import { expect, test } from '@playwright/test'
import config from '../playwright.config'
import { watchConsole } from './page'
import { admin, aServer } from './server'

const server = aServer()

// A name that is not this computer's: over http the browser then holds back what it calls unsafe.
const { launchOptions } = config.use ?? {}
test.use({
  launchOptions: {
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--host-resolver-rules=MAP patchbay.test 127.0.0.1'],
  },
})

test('over plain http an address can be copied, and a rule can be made', async ({ page }) => {
  const said = watchConsole(page)
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  const base = server.url.replace('127.0.0.1', 'patchbay.test')
  await page.goto(`${base}/sign-in`)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible()
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false)
  await page.goto(`${base}/inboxes/shop`)
  await page.getByRole('button', { name: 'Copy the address' }).click()
  await expect(page.getByRole('button', { name: 'Copied the address' })).toBeVisible()
  await page.goto(`${base}/rules/new`)
  await expect(page.getByLabel('Name of the rule')).toBeVisible()
  // That http keeps it from what https would give is no news.
  expect(said.filter((text) => !text.startsWith('The Cross-Origin-Opener-Policy header'))).toEqual([])
})
