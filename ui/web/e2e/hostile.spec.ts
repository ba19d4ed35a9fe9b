import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { tell } from './tell'

const server = aServer()
const busy = 1000 // milliseconds that the page may stand still at most, on a busy machine

test.beforeAll(() =>
  server.api('POST', '/inboxes', {
    name: 'open',
    title: 'Open to all',
    verify: { scheme: 'none' },
    limits: { body: '8MB' },
  }),
)

async function receive(body: string | Uint8Array, contentType = 'application/json'): Promise<string> {
  const answer = await fetch(`${server.url}/in/open`, {
    method: 'POST',
    body: body as BodyInit,
    headers: { 'Content-Type': contentType },
  })
  expect(answer.ok, await answer.text()).toBe(true)
  const { items } = await server.api<{ items: { id: string }[] }>('GET', '/events?limit=1')
  return items[0]?.id ?? ''
}

/** How long the page was busy in one go, at most, from now on. */
async function watchTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const tasks: number[] = []
    new PerformanceObserver((l) => tasks.push(...l.getEntries().map((e) => e.duration))).observe({ type: 'longtask' })
    Object.assign(globalThis, { longTasks: tasks })
  })
  return () =>
    page.evaluate(() => Math.round(Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks)))
}

/** Fails when anything of a payload became a part of the page. */
async function expectOnlyText(page: Page): Promise<void> {
  expect(
    await page.evaluate(
      () => document.querySelectorAll('[onerror], [onload], main script, [role="dialog"] img').length,
    ),
  ).toBe(0)
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
}

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`${server.url}${path}`)
  await expect(page.getByRole('dialog')).toBeVisible()
}

const tabs = ['Data', 'Exactly as received', 'Technical details', 'Rules', 'Runs']

test('markup, scripts and pictures of strangers are text', async ({ page }) => {
  const said = watchConsole(page)
  const evil = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="globalThis.hacked=1"/>'
  const html = await receive(JSON.stringify({ title: evil, [svg]: svg }))
  const plain = await receive(`<html><body>${evil}${svg}</body></html>`, 'text/html')
  const picture = await receive(svg, 'image/svg+xml')
  await server.signIn(page)
  for (const id of [html, plain, picture]) {
    await open(page, `/events/${id}`)
    for (const name of tabs) {
      await page.getByRole('tab', { name }).click()
      await expect(page.getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true')
      await expectOnlyText(page)
    }
  }
  await page.goto(`${server.url}/events`)
  await expect(page.getByRole('list', { name: 'Events' }).getByText('<img src=x').first()).toBeVisible()
  await expectOnlyText(page)
  await expectAccessible(page)
  expect(said).toEqual([])
})

test('text that turns its surroundings, hides or is no text shows what it is', { tag: '@more' }, async ({ page }) => {
  const turned = await receive(JSON.stringify({ title: 'مرحبا \u202Egnp.exe', nul: 'a\u0000b' }))
  const bytes = await receive(new Uint8Array([0, 255, 254, 65, 66, 0, 128]), 'application/octet-stream')
  await server.signIn(page)
  await open(page, `/events/${turned}`)
  const tree = page.getByRole('tree')
  await expect(tree).toContainText('مرحبا \\u202egnp.exe')
  await expect(tree).toContainText('a\\u0000b')
  await expectAccessible(page)
  await open(page, `/events/${bytes}?tab=raw`)
  await expect(page.getByText(/00000000 {2}00 ff fe 41 42 00 80/)).toBeVisible()
  await expectAccessible(page)
})

test('five megabytes of nested data leave the page usable', { tag: '@more' }, async ({ page }) => {
  test.setTimeout(480_000)
  const deep = `${'['.repeat(60)}1${']'.repeat(60)}`
  const items = Array.from({ length: 9000 }, (_, i) => ({
    i,
    name: `Item ${i}`,
    deeper: { list: ['x'.repeat(200), { y: i }] },
  }))
  const large = await receive(
    `{"title":"Very large","deep":${deep},"items":${JSON.stringify(items)},"long":"${'z'.repeat(2_500_000)}"}`,
  )
  const small = await receive('{"title":"Small"}')
  await server.signIn(page)
  await page.goto(`${server.url}/events`)
  await expect(page.getByRole('list', { name: 'Events' }).getByText('Small')).toBeVisible()
  const longest = await watchTasks(page)
  await page.getByRole('list', { name: 'Events' }).getByRole('link').nth(1).click()
  await expect(page).toHaveURL(new RegExp(large))
  const tree = page.getByRole('tree')
  await expect(tree).toContainText('"Very large"')
  await tree.getByRole('treeitem').filter({ hasText: 'items:' }).first().click()
  await expect(tree).toContainText('9,000 items')
  await tree.getByRole('treeitem').first().focus()
  await page.keyboard.press('End')
  for (const name of [...tabs, 'Data']) {
    await page.getByRole('tab', { name }).click()
  }
  await page.getByRole('button', { name: 'Newer event' }).click()
  await expect(page).toHaveURL(new RegExp(small))
  await expect(page.getByRole('tree')).toContainText('"Small"')
  const tasks = await longest()
  tell(`five megabytes: the longest task took ${tasks} ms`)
  expect(tasks).toBeLessThan(busy)
})
