import { expect, test } from 'vitest'
import type { Field } from '../picker/fields'
import { suggestionsOf } from './suggestions'

const field = (path: string, label: string, type: Field['type'], sample: string, numeric = false): Field => ({
  path,
  label,
  type,
  sample,
  numeric,
})

test('an order suggests how much, in what state and in which money', () => {
  const found = suggestionsOf([
    field('payload.currency', 'Currency', 'text', '"USD"'),
    field('payload.financial_status', 'Financial status', 'text', '"paid"'),
    field('payload.line_items[0].total', 'Line items › 1 › Total', 'number', '7'),
    field('payload.note', 'Note', 'text', '"Please ring twice."'),
    field('payload.subtotal_price', 'Subtotal price', 'text', '"600.00"', true),
    field('payload.total_price', 'Total price', 'text', '"640.00"', true),
  ])
  expect(found.map((s) => s.words)).toEqual([
    'Total price is more than 600',
    'Financial status is paid',
    'Currency is USD',
  ])
  expect(found[0]?.row).toMatchObject({ field: 'payload.total_price', op: 'gt', value: '600', convert: true })
})

test('a value of which only the beginning is known suggests nothing', () => {
  expect(suggestionsOf([field('payload.status', 'Status', 'text', '"a long st…"')])).toEqual([])
  expect(suggestionsOf([field('payload.test', 'Test', 'boolean', 'no')])).toMatchObject([{ words: 'Test is no' }])
})
