import { expect, test } from 'vitest'
import { type Field, foreseen, sectionsOf, writtenField } from './fields'

const field = (path: string, label: string): Field => ({ path, label, type: 'text', numeric: false, sample: '"x"' })
const fields = [
  field('payload.items[0].price', 'Items › 1 › Price'),
  field('payload.subtotal_price', 'Subtotal price'),
  field('payload.price', 'Price'),
]
const paths = (typed: string, recent: readonly string[] = [], items = false) =>
  sectionsOf(fields, { typed, items, recent }).map((s) => [s.title, ...s.fields.map((f) => f.path)])

test('recently used fields come first, those of the sample only', () => {
  expect(paths('', ['payload.gone', 'payload.price'])).toEqual([
    ['Recently used', 'payload.price'],
    ['All fields', 'payload.items[0].price', 'payload.subtotal_price', 'payload.price'],
  ])
  expect(paths('')).toEqual([['Fields', 'payload.items[0].price', 'payload.subtotal_price', 'payload.price']])
})

test('what is typed is looked for at the beginning of names first', () => {
  expect(paths('pri')[0]).toEqual(['Fields', 'payload.price', 'payload.items[0].price', 'payload.subtotal_price'])
})

test('what comes first is foreseen where everything is known already', () => {
  const found = { items: fields, more: false, of: '' }
  expect(foreseen(found, 'pri')?.path).toBe('payload.price')
  expect(foreseen({ ...found, of: 'P' }, 'pri')?.path).toBe('payload.price')
  expect(foreseen(found, 'x')).toBeUndefined() // a value may have it
  expect(foreseen(found, '')).toBeUndefined()
  expect(foreseen({ ...found, more: true }, 'pri')).toBeUndefined()
  expect(foreseen({ ...found, of: 'sub' }, 'pri')).toBeUndefined()
})

test('a field that is not in the sample can be written', () => {
  expect(paths('payload.emial').at(-1)).toEqual(['As written', 'payload.emial'])
  expect(paths('price').map(([title]) => title)).toEqual(['Fields'])
  expect(writtenField('customer.email', false)?.path).toBe('payload.customer.email')
  expect(writtenField('headers["x-topic"]', false)?.path).toBe('headers["x-topic"]')
  expect(writtenField('items[0].sku', false)?.path).toBe('payload.items[0].sku')
  expect(writtenField('sku', true)?.path).toBe('.sku')
  expect(writtenField('#', true)?.path).toBe('#')
  for (const none of ['', 'total price', 'a +', 'payload.', '5', 'a..b'])
    expect(writtenField(none, false)).toBeUndefined()
})
