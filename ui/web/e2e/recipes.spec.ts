import { expect, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'
import { aSink } from './sink'

const server = aServer({ flags: ['--allow-private', '127.0.0.1'] })
const sink = aSink()

test('from the gallery to a delivered message, in an empty instance', async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await page.getByRole('link', { name: 'Recipes' }).first().click()
  await expect(page.getByRole('heading', { name: 'Big Shopify order to Slack' })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Search recipes').fill('grafana nothing')
  await expect(page.getByText('Nothing for “grafana nothing”')).toBeVisible()
  await page.getByLabel('Search recipes').fill('grafana')
  await page.getByRole('link', { name: 'Grafana alert to your phone' }).click()

  await page.getByLabel('ntfy server').fill(sink.url)
  await page.getByRole('button', { name: 'Create and turn on' }).click()
  await expect(page.getByText('Topic is needed', { exact: false }).first()).toBeVisible()
  await page.getByLabel('Topic').fill('alerts-of-ann')
  await expect(page.getByText('alerts-of-ann').first()).toBeVisible()
  await expect(page.getByText('Would not run').first()).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create and turn on' }).click()

  await expect(page.getByRole('heading', { name: 'The rule is on' })).toBeVisible()
  await expect(page.getByText('Listening.', { exact: false })).toBeVisible()
  await expectAccessible(page)
  const { address } = await server.api<{ address: string }>('GET', '/inboxes/grafana')
  const answer = await fetch(new URL(address, server.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      status: 'firing',
      title: 'Disk is full',
      message: 'Less than 1 % is left',
      groupKey: 'disk',
      externalURL: 'https://grafana.example.com/',
      commonAnnotations: {},
      alerts: [],
    }),
  })
  expect(answer.status).toBeLessThan(300)
  await expect.poll(() => sink.arrived.length).toBe(1)
  expect(JSON.parse(sink.arrived[0]?.body ?? '{}')).toMatchObject({ topic: 'alerts-of-ann', title: 'Disk is full' })
  await expect(page.getByText('Listening.', { exact: false })).toBeHidden()
  expect(said).toEqual([])
})

test('recipes are suggested by what came in, until one is closed or used', { tag: '@more' }, async ({ page }) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await server.api('POST', '/inboxes', { name: 'sales', title: 'Sales', verify: { scheme: 'shopify', secret: 'hush' } })
  await page.goto(`${server.url}/inboxes/sales`)
  await page.getByRole('button', { name: 'Order created' }).click()
  await expect(page.getByRole('heading', { name: 'What you could do with these events' })).toBeVisible()
  const ideas = page.getByRole('list', { name: 'Suggested recipes' })
  await expect(ideas.getByRole('listitem')).toHaveCount(2)
  await expect(ideas.getByText('For Order created').first()).toBeVisible()
  await page.getByRole('button', { name: 'Close the recipes' }).click()
  await expect(ideas).toBeHidden()
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Recent events' })).toBeVisible()
  await expect(ideas).toBeHidden()

  await page.goto(`${server.url}/recipes`)
  await expect(page.getByRole('heading', { name: 'Suggested for your inboxes' })).toBeVisible()
  await expectAccessible(page)
  await ideas.getByRole('link', { name: 'Big Shopify order to Slack' }).click()
  await expect(page.getByRole('heading', { name: 'Big Shopify order to Slack', level: 1 })).toBeVisible()
  expect(said).toEqual([])
})
