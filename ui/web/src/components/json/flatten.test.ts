import { expect, it } from 'vitest'
import { ExactNumber } from '@/api/exactJson'
import { flatten, mostRows, pathText, valueText } from './flatten'

const all = () => true

it('gives the rows in the order of the document', () => {
  const rows = flatten({ a: [1, { b: null }], c: 'x' }, all)
  expect(rows.map((r) => pathText(r.path))).toEqual([
    'payload',
    'payload.a',
    'payload.a[0]',
    'payload.a[1]',
    'payload.a[1].b',
    'payload.c',
  ])
})

it('quotes names that are no identifiers', () => {
  expect(pathText(['odd name', 0, 'ok'])).toBe('payload["odd name"][0].ok')
})

it('leaves out what is folded', () => {
  expect(flatten({ a: { b: 1 } }, ({ depth }) => depth === 0)).toHaveLength(2)
})

it('stands documents that are nested as deep and as wide as nobody needs', () => {
  let deep: unknown = 1
  for (let i = 0; i < 2000; i++) deep = [deep]
  expect(flatten(deep, all).length).toBe(2001)
  expect(
    flatten(
      Array.from({ length: mostRows * 2 }, () => 0),
      all,
    ),
  ).toHaveLength(mostRows)
})

it('shows a number with all its digits', () => {
  const [, row] = flatten({ id: new ExactNumber('9007199254740993') }, all)
  expect(row?.size).toBeUndefined()
  expect(valueText(row?.value)).toBe('9007199254740993')
})

it('shows what could hide or turn text, and cuts what is endless', () => {
  expect(valueText('a\u202Eb\u0000c\nd')).toBe('"a\\u202eb\\u0000c↵d"')
  expect(valueText('x'.repeat(1_000_000)).length).toBeLessThan(2100)
  expect(valueText('<script>alert(1)</script>')).toBe('"<script>alert(1)</script>"')
})
