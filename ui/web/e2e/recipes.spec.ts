import { createHmac } from 'node:crypto'
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

  const next = page.getByRole('button', { name: 'Next' })
  await expect(page.getByRole('button', { name: 'New', exact: true })).toBeHidden()
  await page.getByLabel('ntfy server').fill(sink.url)
  await next.click()
  await expect(page.getByText('Topic is needed', { exact: false }).first()).toBeVisible()
  await page.getByLabel('Topic').fill('alerts-of-ann')
  await expect(page.getByText('alerts-of-ann').first()).toBeVisible()
  await expect(page.getByText('Would not run').first()).toBeVisible()
  await expectAccessible(page)
  await next.click()
  await expect(page.getByRole('heading', { name: 'ntfy', exact: true })).toBeVisible()
  await next.click()
  await expect(page.getByText('Grafana cannot reach', { exact: false })).toBeVisible()
  const ahead = await page.locator('code').first().getAttribute('title')
  await expectAccessible(page)
  await page.reload()
  await expect(page.locator('code').first(), 'the address stays as it was given').toHaveAttribute('title', ahead ?? '')
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await expect(page.getByLabel('Topic')).toHaveValue('alerts-of-ann')
  for (const step of ['ntfy', 'Grafana', 'Check']) {
    await next.click()
    await expect(page.getByRole('heading', { name: step, exact: true })).toBeVisible()
  }
  await expect(page.getByText('This recipe will')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create and turn on' }).click()

  await expect(page.getByRole('heading', { name: 'The rule is on' })).toBeVisible()
  await page.reload()
  await expect(page.getByText('Listening.', { exact: false })).toBeVisible()
  await expectAccessible(page)
  const { address } = await server.api<{ address: string }>('GET', '/inboxes/grafana')
  expect(new URL(address, server.url).href, 'what the sender was given before').toBe(ahead)
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
  await expect(page.getByRole('heading', { name: 'Your event arrived' })).toBeVisible()
  await page.getByRole('link', { name: 'Finish' }).click()
  await expect(page).toHaveURL(/\/rules\//)
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

test('a secret that comes later: events are held, then checked', { tag: '@more' }, async ({ page }) => {
  await server.signIn(page)
  await page.goto(`${server.url}/recipes/shopify-big-order-slack`)
  const next = page.getByRole('button', { name: 'Next' })
  await next.click()
  await page.getByLabel('Webhook address of the Slack channel').fill('xoxb-123')
  await expect(page.getByText('does not look right', { exact: false })).toBeVisible()
  await page.getByLabel('Webhook address of the Slack channel').fill('https://hooks.slack.com/services/T1/B2/x')
  await expect(next, 'a test is sent first, or left out on purpose').toBeHidden()
  await page.getByRole('button', { name: 'Go on without a test' }).click()
  await expectAccessible(page)
  await next.click()
  await page.getByLabel(/I do not have it yet/).check()
  await next.click()
  await page.getByRole('button', { name: 'Create and turn on' }).click()
  await expect(page.getByRole('heading', { name: 'Paste the signing secret to go on' })).toBeVisible()

  const order = { id: 1, name: '#1001', total_price: '10.00', currency: 'USD', customer: { email: 'ada@example.com' } }
  const body = JSON.stringify(order)
  const signature = createHmac('sha256', 'hush').update(body).digest('base64')
  await fetch(`${server.url}/in/shopify`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Shopify-Topic': 'orders/create',
      'X-Shopify-Hmac-Sha256': signature,
      'X-Shopify-Webhook-Id': 'one',
    },
    body,
  })
  await expect(page.getByText('1 event is held.', { exact: false })).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Signing secret of the webhooks').fill('hush')
  await page.getByRole('button', { name: 'Save the secret' }).click()
  await page.getByRole('button', { name: 'Check and run now' }).click()
  await expect(page.getByRole('heading', { name: 'Your event arrived and is really from Shopify' })).toBeVisible()
  await expect(page.getByText('So nothing was sent.', { exact: false })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Send me the message once anyway' })).toBeVisible()
  await expectAccessible(page)
})
