import { expect, it } from 'vitest'
import type { Entry } from '@/routing'
import { findEntries } from './paletteSearch'

const entry = (label: string, more: Partial<Entry> = {}): Entry => ({ id: label, label, group: 'Things', ...more })
const found = (all: readonly Entry[], query: string, recent: readonly string[] = []) =>
  findEntries(all, query, recent).flatMap(([, entries]) => entries.map((e) => e.label))

it('finds by every word, however it is written, names before what is said about them', () => {
  const all = [entry('Café orders'), entry('Rules', { words: 'orders' }), entry('Inboxes')]
  expect(found(all, 'cafe ORD')).toEqual(['Café orders'])
  expect(found(all, 'orders')).toEqual(['Café orders', 'Rules'])
})

it('puts what fits everything behind what fits better, and begins with what was used last', () => {
  const all = [entry('Find events with “x”', { last: true }), entry('Slack', { words: 'x' })]
  expect(found(all, 'x')).toEqual(['Slack', 'Find events with “x”'])
  expect(found([entry('A'), entry('B')], '', ['B'])).toEqual(['B', 'A', 'B'])
})
