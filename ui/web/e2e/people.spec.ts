import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { admin, aServer } from './server'

const server = aServer()

// One thing after the other on one server: each test goes on from what the last one left.
test.describe.configure({ mode: 'serial' })

test('somebody is invited, accepts in another browser, and is kept to the role', { tag: '@more' }, async ({
  page,
  browser,
}) => {
  const said = watchConsole(page)
  // The pages are opened over plain http although the world reaches Patchbay over https.
  const settings = await server.api<object>('GET', '/settings')
  await server.api('PUT', '/settings', { ...settings, publicUrl: 'https://hooks.example.com' }, { 'If-Match': '*' })
  await server.signIn(page)
  await page.goto(`${server.url}/settings/people`)
  await expect(page.getByRole('list', { name: 'People' })).toContainText(admin.email)
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('Email').fill('not an address')
  await dialog.getByRole('button', { name: 'Make invite link' }).click()
  await expect(dialog.getByText(/is not an e-mail address/).first()).toBeVisible()
  await dialog.getByLabel('Name').fill('Vic')
  await dialog.getByLabel('Email').fill('vic@example.com')
  await dialog.getByRole('radio', { name: 'Can look' }).check()
  await dialog.getByRole('button', { name: 'Make invite link' }).click()
  const link = (await dialog.locator('code').textContent()) ?? ''
  expect(link).toMatch(/^https:\/\/hooks\.example\.com\/invite#.+/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('list', { name: 'Links that nobody has used yet' })).toContainText('Vic')

  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto(link.replace('https://hooks.example.com', server.url))
  await expect(other.getByRole('heading', { name: 'You are invited' })).toBeVisible()
  await expect(other.getByText('vic@example.com')).toBeVisible()
  await expect(other.getByLabel('Name')).toHaveValue('Vic')
  await other.getByLabel('Password', { exact: true }).fill('short')
  await other.getByRole('button', { name: 'Accept and sign in' }).click()
  await expect(other.getByText('Use at least 8 characters.')).toBeVisible()
  await other.getByLabel('Password', { exact: true }).fill('only here to look')
  await other.getByRole('button', { name: 'Accept and sign in' }).click()
  await expect(other.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await other.goto(`${server.url}/connections`)
  await expect(other.getByRole('heading', { name: 'No connection yet' })).toBeVisible()
  await expect(other.getByRole('link', { name: 'New connection' })).toHaveCount(0)
  await other.goto(`${server.url}/settings/people`)
  await expect(other.getByText('Only an administrator can change this.')).toBeVisible()
  const refused = await other.evaluate(async () => {
    const { csrfToken } = (await (await fetch('/api/v1/session')).json()) as { csrfToken: string }
    const answer = await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken },
      body: '{"name":"no"}',
    })
    return answer.status
  })
  expect(refused).toBe(403)

  // The link serves once.
  const third = await (await browser.newContext()).newPage()
  await third.goto(link.replace('https://hooks.example.com', server.url))
  await expect(third.getByText(/used before, or is too old/)).toBeVisible()
  await third.context().close()
  await context.close()
  expect(said).toEqual([])
})

test('what is seen on the way is there for everybody', { tag: '@more' }, async ({ page }) => {
  const { link } = await server.api<{ link: string }>('POST', '/invitations', {
    email: 'kim@example.com',
    role: 'editor',
  })
  await page.goto(link.replace('https://hooks.example.com', server.url))
  await expect(page.getByRole('heading', { name: 'You are invited' })).toBeVisible()
  await expectAccessible(page)
  await server.signIn(page)
  await page.goto(`${server.url}/settings/people`)
  await expect(page.getByRole('list', { name: 'Links that nobody has used yet' })).toContainText('kim@example.com')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  await page.getByLabel('Email').fill('pat@example.com')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Make invite link' }).click()
  await expect(page.getByText('It is shown only now.')).toBeVisible()
  await expectAccessible(page)
})

test('a role is changed, a new password link works, and the last administrator stays', { tag: '@more' }, async ({
  page,
  browser,
}) => {
  await server.signIn(page)
  await page.goto(`${server.url}/settings/people`)
  await page.getByRole('button', { name: 'What to do with Vic' }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Change role…' }).click()
  await page.getByRole('dialog').getByRole('radio', { name: 'Can change' }).check()
  await page.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Vic' })).toContainText('Can change')

  await page.getByRole('button', { name: `What to do with ${admin.email}` }).click()
  await page.getByRole('menuitem', { name: 'Change role…' }).click()
  await page.getByRole('dialog').getByRole('radio', { name: 'Can look' }).check()
  await page.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('This is the last administrator')
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: 'What to do with Vic' }).click()
  await page.getByRole('menuitem', { name: 'New password link…' }).click()
  await page.getByRole('button', { name: 'Make link' }).click()
  const link = (await page.getByRole('dialog').locator('code').textContent()) ?? ''
  const other = await (await browser.newContext()).newPage()
  await other.goto(link.replace('https://hooks.example.com', server.url))
  await expect(other.getByRole('heading', { name: 'Choose a new password' })).toBeVisible()
  await other.getByLabel('Password', { exact: true }).fill('a second password')
  await other.getByRole('button', { name: 'Save and sign in' }).click()
  await expect(other.getByRole('heading', { name: 'Home', level: 1 })).toBeVisible()
  await other.goto(`${server.url}/connections`)
  await expect(other.getByRole('link', { name: 'New connection' })).toBeVisible()
  await other.context().close()
})

test('one changes the own password', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page, { email: 'vic@example.com', password: 'a second password' })
  await page.getByRole('button', { name: /Your menu/ }).click()
  await page.getByRole('menuitem', { name: 'Your account' }).click()
  await expectAccessible(page)
  await page.getByLabel('Present password', { exact: true }).fill('not this one')
  await page.getByLabel('New password', { exact: true }).fill('a third password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText('This is not your password.').first()).toBeVisible()
  await page.getByLabel('Present password', { exact: true }).fill('a second password')
  await page.getByRole('button', { name: 'Change password' }).click()
  await expect(page.getByText(/Your password is changed/)).toBeVisible()
  await page.context().clearCookies()
  await server.signIn(page, { email: 'vic@example.com', password: 'a third password' })
})

test('removing names what hangs on the person; an unused link is taken back', { tag: '@more' }, async ({ page }) => {
  await server.api('POST', '/inboxes', { name: 'shop' })
  await server.api('POST', '/rules', {
    id: 'tell',
    name: 'Tell the team',
    inbox: 'shop',
    owner: 'vic@example.com',
    steps: [{ key: 'a', action: 'note', with: { text: 'x' } }],
  })
  await server.api('POST', '/invitations', { email: 'max@example.com', name: 'Max', role: 'editor' })
  await server.signIn(page)
  await page.goto(`${server.url}/settings/people`)
  await page.getByRole('button', { name: 'Take back the link of Max' }).click()
  await expect(page.getByText('The link of Max does not work any more.')).toBeVisible()
  await page.getByRole('button', { name: 'What to do with Vic' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  const question = page.getByRole('dialog', { name: 'Remove Vic?' })
  await expect(question).toContainText('Tell the team')
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Remove Vic' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Vic' })).toHaveCount(0)
})

test('an access token is shown once, works, and ends; the change log tells all of it', { tag: '@more' }, async ({
  page,
}) => {
  await server.signIn(page)
  await page.goto(`${server.url}/settings/tokens`)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog', { name: 'New access token' })
  await dialog.getByLabel('For which program?').fill('Deploy script')
  await dialog.getByRole('radio', { name: 'May read' }).check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Make token' }).click()
  const text = (await dialog.locator('code').textContent()) ?? ''
  const use = (method: string) =>
    fetch(`${server.url}/api/v1/inboxes`, {
      method,
      headers: { Authorization: `Bearer ${text}`, 'Content-Type': 'application/json' },
      ...(method === 'POST' ? { body: '{"name":"no"}' } : {}),
    }).then((r) => r.status)
  expect(await use('GET')).toBe(200)
  expect(await use('POST')).toBe(403)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Deploy script' })).toContainText('May read')
  await expect(page.locator('body')).not.toContainText(text)
  await page.getByRole('button', { name: 'End Deploy script' }).click()
  await page.getByRole('button', { name: 'End token', exact: true }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Deploy script' })).toHaveCount(0)
  expect(await use('GET')).toBe(401)

  await page.goto(`${server.url}/settings/change-log`)
  const log = page.getByRole('list', { name: 'Changes' })
  await expect(log.getByRole('listitem').first()).toContainText(`${admin.email} ended the access token Deploy script`)
  await expectAccessible(page)
  await page.getByRole('searchbox', { name: 'Find what was changed' }).fill('vic@')
  await expect(log).toContainText('removed vic@example.com')
  await expect(log).not.toContainText('Deploy script')
  await page.getByRole('combobox', { name: 'Who' }).click()
  await page.getByRole('option', { name: 'Command line on the server' }).click()
  await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible()
})
