import { expect, it } from 'vitest'
import { daysOf, durationOf, gigabytesOf, keepText, sizeOf } from './keep'

it('reads and writes what the API says', () => {
  expect([daysOf('30d'), daysOf('12h'), daysOf('0s'), daysOf(undefined)]).toEqual([30, 0.5, undefined, undefined])
  expect([durationOf(7), durationOf(0.5)]).toEqual(['7d', '720m'])
  expect([gigabytesOf('2GiB'), gigabytesOf('512MiB'), gigabytesOf('0B'), gigabytesOf(undefined)]).toEqual([
    2,
    0.5,
    undefined,
    undefined,
  ])
  expect([sizeOf(2), sizeOf(0.25)]).toEqual(['2048MiB', '256MiB'])
})

it('tells for how long an inbox keeps its events', () => {
  const all = { age: '30d', matched: '90d' }
  expect(keepText({}, all)).toBe('30 days, with a rule 90 days')
  expect(keepText({ age: '12h' }, all)).toBe('12 hours, with a rule 90 days')
  expect(keepText({ age: '100d' }, all)).toBe('100 days')
})
