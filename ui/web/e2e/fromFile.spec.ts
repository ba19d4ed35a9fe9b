import { expect, test } from '@playwright/test'
import { expectAccessible } from './page'
import { aServer } from './server'

const server = aServer()
const note = (id: string, enabled: boolean) => ({
  id,
  name: id,
  inbox: 'kept',
  enabled,
  steps: [{ key: 'note', action: 'note', with: { text: 'hi' } }],
})

test.beforeAll(async () => {
  await server.api('POST', '/apply', {
    source: 'shop.yaml',
    document: {
      version: 1,
      inboxes: [{ name: 'kept', title: 'Kept', verify: { scheme: 'none' } }],
      connections: [{ name: 'kept', title: 'Kept', type: 'http', with: { hosts: ['a.example'] } }],
      rules: [note('runs', true), note('rests', false)],
    },
  })
})

test('what a file manages is marked in one way, and shows whether it is on', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/rules`)
  const runs = page.getByRole('switch', { name: 'runs is on' })
  const rests = page.getByRole('switch', { name: 'rests is on' })
  await expect(runs).toBeDisabled()
  await expect(runs).toBeChecked()
  await expect(rests).not.toBeChecked()
  const colour = (of: typeof runs) =>
    of.evaluate((e) => getComputedStyle(e.parentElement?.querySelector('.mantine-Switch-track') ?? e).backgroundColor)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect(await colour(runs), colorScheme).not.toBe(await colour(rests))
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await runs.focus()
  await runs.hover({ force: true })
  await expect(page.getByRole('tooltip', { name: 'On. Change it in shop.yaml.' })).toBeVisible()

  const looks: string[] = []
  for (const path of ['/rules', '/inboxes', '/connections', '/inboxes/kept', '/connections/kept']) {
    await page.goto(server.url + path)
    const badge = page.locator('[title="Change it in shop.yaml"]').last()
    await expect(badge, path).toHaveText('From file')
    looks.push(
      await badge.evaluate((e) => {
        const { backgroundColor, color, borderColor, fontSize, borderRadius } = getComputedStyle(e)
        return [backgroundColor, color, borderColor, fontSize, borderRadius].join(' ')
      }),
    )
    await expectAccessible(page)
  }
  expect(new Set(looks).size, looks.join('\n')).toBe(1)
})

test('tabs can be hit with a thumb', { tag: '@more' }, async ({ page }) => {
  const { eventId } = await server.api<{ eventId: string }>('POST', '/inboxes/kept/send', { sample: 'form' })
  await page.setViewportSize({ width: 360, height: 740 })
  await server.signIn(page)
  await page.goto(`${server.url}/events/${eventId}`)
  const tabs = page.getByRole('tab')
  await expect(tabs.first()).toBeVisible()
  const heights = await tabs.evaluateAll((all) => all.map((e) => e.getBoundingClientRect().height))
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
})
