import { expect, test } from 'vitest'
import { startOf } from './startOf'

const boxes = [{ name: 'shop', title: 'Shop' }]
const begin = (type: string, when?: string) =>
  startOf(boxes, { inbox: undefined, when, event: { inbox: 'shop', type } }, () => undefined)

test('a rule that begins with a value of an event wants the kind of the event and that value', () => {
  expect(begin('', 'payload.total == 640')).toMatchObject({ inbox: 'shop', when: 'payload.total == 640' })
  expect(begin('orders/create', 'payload.currency == "EUR"').when).toBe(
    'event.type == "orders/create" and payload.currency == "EUR"',
  )
  expect(begin('').when).toBeUndefined()
})
