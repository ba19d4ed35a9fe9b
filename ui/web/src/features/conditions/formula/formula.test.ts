import { expect, it } from 'vitest'
import { nameAt } from './hover'

it.each([
  ['payload.customer.email == 1', 2, 'payload'],
  ['payload.customer.email == 1', 10, 'payload.customer'],
  ['payload.customer.email == 1', 20, 'payload.customer.email'],
  ['upper(payload?.items[0].sku)', 21, 'payload?.items[0]'],
  ['upper(payload?.items[0].sku)', 26, 'payload?.items[0].sku'],
  ['x + payload["odd key"].y', 15, 'payload["odd key"]'],
])('finds the field that is pointed at in %s, at %d', (line, at, name) => {
  const found = nameAt(line, at)
  expect(line.slice(found?.from, found?.to)).toBe(name)
})

it('finds nothing between names', () => {
  expect(nameAt('a  == 12', 5)).toBeUndefined()
})
