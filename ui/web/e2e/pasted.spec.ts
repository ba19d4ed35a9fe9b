import { expect, type Page, test } from '@playwright/test'
import { expectAccessible, watchConsole } from './page'
import { aServer } from './server'

const server = aServer()

test.beforeAll(() => server.api('POST', '/inboxes', { name: 'shop', title: 'Shop', verify: { scheme: 'none' } }))

/** Pastes onto the page itself, as Ctrl V does where no field has the focus. */
const paste = (page: Page, text: string) =>
  page.evaluate((pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)

test('what is pasted into an empty inbox arrives there, and begins an empty rule', { tag: '@more' }, async ({
  page,
}) => {
  const said = watchConsole(page)
  await server.signIn(page)
  await page.goto(`${server.url}/inboxes/shop`)
  await expect(page.getByText('Listening. Send something to this address.')).toBeVisible()
  await paste(page, '{"number": 1001, "customer": {"name": "Ada"}}')
  await expect(page.getByText('You pasted data.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Let it arrive' }).click()
  await expect(page.getByRole('list', { name: 'Events' }).getByText('Ada')).toBeVisible()
  await expect(page.getByText('You pasted data.')).toBeHidden()

  await page.goto(`${server.url}/rules/new?inbox=shop`)
  await expect(page.getByRole('button', { name: 'Step', exact: true })).toBeVisible()
  await paste(page, '{"pasted": "instead"}')
  await page.getByRole('button', { name: 'Use it as the sample' }).click()
  await expect(page.getByRole('region', { name: 'Sample' }).getByText('What you pasted')).toBeVisible()
  await paste(page, `curl https://api.example.com/orders -H 'Authorization: Bearer abc' --json '{"total": 640.00}'`)
  const offer = page.getByRole('status').filter({ hasText: 'You pasted a curl command' })
  await expect(offer).toContainText('api.example.com')
  await expect(offer).toContainText('Authorization is left out')
  await expectAccessible(page)
  await offer.getByRole('button', { name: 'Add it as a step' }).click()
  const step = page.getByRole('region', { name: 'Step 1', exact: true })
  await expect(step.getByRole('textbox', { name: 'Address' })).toContainText('https://api.example.com/orders')
  await expect(page.getByText(/^Saved /)).toBeVisible()
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const draft = await server.text('GET', `/rules/${id}/draft`)
  const sent = { method: 'POST', url: 'https://api.example.com/orders', json: { total: 640 } }
  expect(JSON.parse(draft)).toMatchObject({ rule: { steps: [{ action: 'http', with: sent }] } })
  expect(draft).not.toContain('abc')
  expect(said).toEqual([])
})
