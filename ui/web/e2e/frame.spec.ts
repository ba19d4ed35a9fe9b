import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { startProxy } from './proxy'
import { admin, aServer } from './server'

const server = aServer()

test.beforeAll(async () => {
  await server.api('POST', '/inboxes', { name: 'shop', title: 'Shop' })
  await server.api('POST', '/users', { email: 'vic@example.com', role: 'viewer', password: 'only here to look' })
})

test('a link opens after signing in, and a wrong password says so', async ({ page }) => {
  const said = watchConsole(page)
  await page.goto(`${server.url}/inboxes/shop?from=mail`)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('password is wrong')
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(page).toHaveURL(/\/inboxes\/shop\?from=mail$/)
  await expect(page).toHaveTitle('Shop · Patchbay')
  expect(said).toEqual([])
})

test('the palette and the keys find pages and objects', async ({ page }) => {
  await server.signIn(page)
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Search or do something' })
  await expect(palette).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.type('webhook sho')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(palette).toBeHidden()
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await expect(page.getByRole('heading', { name: 'Inboxes' })).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await expectAccessible(page)
})

test('what is typed before the palette is there is not lost', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await expect(page.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  let arrive = () => {}
  const arrived = new Promise<void>((done) => {
    arrive = done
  })
  await page.route('**/Palette.js', async (route) => {
    await arrived
    await route.continue()
  })
  const palette = page.getByRole('dialog', { name: 'Search or do something' })
  const asked = page.waitForRequest('**/Palette.js')
  await page.keyboard.press('Control+k')
  await asked
  await page.keyboard.type('webhook?! shx')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Enter')
  arrive()
  await expect(palette.getByRole('searchbox').or(palette.getByRole('textbox'))).toHaveValue('webhook?! sh')
  await page.keyboard.type('op')
  await expect(palette.getByRole('searchbox').or(palette.getByRole('textbox'))).toHaveValue('webhook?! shop')
  await page.keyboard.press('Escape')
  await expect(palette).toBeHidden()
  // It is there now, and takes what is typed at once; to ask for it twice changes nothing.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('webhook')
  await page.keyboard.press('Control+k')
  await page.keyboard.type(' sho')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
})

test('what is not there says so within the frame, also as a deep link', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/nothing/at/all`)
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Inboxes' }).first()).toBeVisible()
  await expectAccessible(page)
})

test('the page says when the server is gone, and that it is back', async ({ page }) => {
  await server.signIn(page)
  const dot = page.getByRole('status').filter({ hasText: /Live|Reconnecting|Offline/ })
  await expect(dot).toHaveText('Live')
  await server.stop()
  await expect(dot).toHaveText('Reconnecting')
  await server.start()
  await expect(page.getByText(/^Back after .* nothing missed/)).toBeVisible({ timeout: 20_000 })
  await expect(dot).toHaveText('Live')
})

test('signing out ends the session', async ({ page }) => {
  await server.signIn(page)
  await page.getByRole('button', { name: /Your menu/ }).click()
  await expectAccessible(page)
  const away = page.waitForURL(/\/sign-in$/)
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await away
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.goto(`${server.url}/inboxes`)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a session that ends elsewhere leads to sign-in and back', { tag: '@more' }, async ({ page, context }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/inboxes/shop`)
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await context.clearCookies()
  // The connections are not known yet, so they are asked for. What the page asks for by itself
  // may tell it first; then the keys go nowhere.
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await page.getByLabel('Email').fill('vic@example.com')
  await page.getByLabel('Password', { exact: true }).fill('only here to look')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(/\/(inboxes\/shop|connections)$/)
  await page.getByRole('button', { name: /Your menu/ }).click()
  await expect(page.getByRole('menu').getByText('Can look')).toBeVisible()
})

test('a page that asks to sign in goes on once somebody did in another tab', { tag: '@more' }, async ({
  page,
  context,
}) => {
  await page.goto(`${server.url}/inboxes/shop`)
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  const other = await context.newPage()
  await server.signIn(other)
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
})

test('below a path of a proxy everything is found, also from a deep link', async ({ page }) => {
  const { port, close } = await startProxy('/hooks', server.url)
  const said = watchConsole(page)
  await page.goto(`http://127.0.0.1:${port}/hooks/inboxes/shop`)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('heading', { name: 'Shop' })).toBeVisible()
  await expect(page).toHaveURL(`http://127.0.0.1:${port}/hooks/inboxes/shop`)
  await page.getByRole('link', { name: 'Back to Inboxes' }).click()
  await expect(page).toHaveURL(`http://127.0.0.1:${port}/hooks/inboxes`)
  expect(said).toEqual([])
  close()
})
