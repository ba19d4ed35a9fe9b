import { expect, test } from 'vitest'
import type { Field } from '../picker/fields'
import { comparingWith, fitting, lossText, onField, rowOn, withOperator } from './edits'
import type { Row } from './node'
import { missingOf, type Operator } from './operators'

const operator = (
  type: Operator['type'],
  op: string,
  takes: Operator['takes'],
  more: Partial<Operator> = {},
): Operator => ({
  type,
  op,
  takes,
  title: op,
  ignoreCase: type === 'text',
  convert: type === 'text' || type === 'number',
  field: false,
  negated: '',
  ...more,
})
const is = operator('text', 'is', 'value')
const oneOf = operator('text', 'oneOf', 'list')
const gt = operator('number', 'gt', 'value', { field: true })
const between = operator('number', 'between', 'range')
const after = operator('date', 'after', 'date', { convert: false })
const anyItem = operator('list', 'anyItem', 'items', { ignoreCase: true, convert: false })
const exists = operator('any', 'exists', 'nothing', { convert: false })
const same = operator('any', 'is', 'field', { field: true, convert: false })
const operators = [is, oneOf, gt, between, after, anyItem, exists, same]

const field = (type: Field['type'], sample: string, numeric = false, label = 'Total price'): Field => ({
  path: 'payload.total',
  label,
  type,
  numeric,
  sample,
})

test('a new row compares as its field is', () => {
  expect(rowOn(field('number', '640'), operators)).toMatchObject({ type: 'number', op: 'gt', convert: false })
  expect(rowOn(field('text', '"640.00"', true), operators)).toMatchObject({ type: 'number', op: 'gt', convert: true })
  expect(rowOn(field('text', '"Ada"'), operators)).toMatchObject({ type: 'text', op: 'is', convert: false })
  expect(rowOn(field('text', '"08001"', true, 'Zip'), operators)).toMatchObject({ type: 'text', op: 'is' })
  expect(rowOn(field('text', '"1001"', true, 'Order number'), operators)).toMatchObject({ type: 'text' })
  expect(rowOn(field('object', '4 fields'), operators)).toMatchObject({ type: 'any', op: 'exists' })
})

const row: Row = {
  kind: 'row',
  key: 'r',
  text: 'payload.total == "1,200.50"',
  field: 'payload.total',
  label: 'Total price',
  type: 'text',
  op: 'is',
  value: '1,200.50',
  ignoreCase: true,
  convert: false,
}

test('what was typed stays when the operator can take it', () => {
  expect(withOperator(row, oneOf, 'text')).toMatchObject({ value: ['1,200.50'], ignoreCase: true, text: row.text })
  expect(withOperator(row, gt, 'text')).toMatchObject({
    type: 'number',
    value: '1200.50',
    convert: true,
    ignoreCase: false,
  })
  expect(withOperator(row, gt, 'number')).toMatchObject({ convert: false })
  expect(withOperator(row, exists, 'text')).toMatchObject({ value: undefined, convert: false })
  expect(withOperator(row, anyItem, 'list').where?.nodes).toEqual([])
  expect(withOperator(row, same, 'text')).toMatchObject({ valueField: '', value: undefined })
  expect(fitting(['paid', ''], oneOf)).toEqual(['paid'])
  expect(fitting(['a', 'b'], is)).toBe('a')
  expect(fitting('many', gt)).toBeUndefined()
  expect(fitting('5', between)).toEqual(['5', ''])
})

test('a field is compared with another one, and with a value again', () => {
  const chosen = comparingWith({ ...row, type: 'number', op: 'gt' }, 'payload.other')
  expect(chosen).toMatchObject({ valueField: 'payload.other', value: undefined })
  expect(withOperator(chosen, exists, 'number').valueField).toBeUndefined()
  expect(comparingWith(chosen, undefined).valueField).toBeUndefined()
})

test('another field keeps the comparison when it is of the same type', () => {
  const other = { ...field('text', '"Bob"'), path: 'payload.name', label: 'Name' }
  expect(onField(row, other, operators)).toMatchObject({ field: 'payload.name', op: 'is', value: '1,200.50', key: 'r' })
  expect(onField(row, field('number', '7'), operators)).toMatchObject({ type: 'number', value: '1200.50', key: 'r' })
  const written = { path: 'payload.x', label: '', type: 'any', numeric: false, sample: '' } as const
  expect(onField(row, written, operators), 'of which nothing is known').toMatchObject({ type: 'text', op: 'is' })
})

test('text is compared whatever its capitals, unless somebody wants otherwise; kinds of event are names', () => {
  expect(rowOn(field('text', '"paid"'), operators).ignoreCase).toBe(true)
  expect(rowOn({ ...field('text', '"orders/paid"'), path: 'event.type' }, operators).ignoreCase).toBe(false)
  expect(withOperator({ ...row, type: 'number', op: 'gt', ignoreCase: false }, is, 'text').ignoreCase).toBe(true)
  expect(withOperator({ ...row, ignoreCase: false }, oneOf, 'text').ignoreCase).toBe(false)
})

test('what another comparison cannot take is named', () => {
  const words = { ...row, value: 'eur' }
  expect(lossText(row, withOperator(row, gt, 'text'), operators)).toBeUndefined()
  expect(lossText(words, withOperator(words, gt, 'text'), operators)).toBe('“eur” does not fit and was taken out.')
  expect(lossText(words, withOperator(words, exists, 'text'), operators)).toBeUndefined()
  const onNumber = onField({ ...words, op: 'oneOf', value: ['eur', 'usd'] }, field('number', '7'), operators)
  expect(lossText({ ...words, op: 'oneOf', value: ['eur', 'usd'], field: 'payload.x' }, onNumber, operators)).toBe(
    '“oneOf” became “gt”. “eur, usd” does not fit and was taken out.',
  )
})

test('what is missing is said', () => {
  const missing = (change: Partial<Row>) => missingOf({ ...row, ...change }, operators)
  expect(missing({})).toBeUndefined()
  expect(missing({ value: '' })).toBe('Write what to compare with.')
  expect(missing({ op: 'oneOf', value: [] })).toBe('Write at least one value.')
  expect(missing({ type: 'number', op: 'between', value: ['1', ''] })).toBe('Write two numbers: from and to.')
  expect(missing({ type: 'number', op: 'gt', value: 'many' })).toBe('This is not a number. Write one like 1200.50.')
  expect(missing({ type: 'number', op: 'gt', value: undefined, valueField: '' })).toBe(
    'Choose the field to compare with.',
  )
  expect(missing({ type: 'list', op: 'anyItem', where: { kind: 'all', key: 'w', nodes: [] } })).toBe(
    'Add a condition that the items must meet.',
  )
  expect(missing({ type: 'any', op: 'exists', value: undefined })).toBeUndefined()
})
