import { expect, test } from 'vitest'
import type { Summary } from './queries'
import { reason } from './reason'
import { quickest } from './search'

const kinds = [{ type: 'orders/create', title: 'Order created' }]
const title = (name: string) => name.toUpperCase()

test('a suggestion says which events and which connection speak for it', () => {
  expect(reason({ inbox: 'shop', kinds, connections: ['team'] }, title, title)).toBe(
    'For Order created in SHOP; uses your connection TEAM',
  )
  expect(reason({ inbox: 'shop', kinds, connections: [] }, undefined, title)).toBe('For Order created')
  expect(reason({ inbox: 'shop', kinds: [], connections: [] }, title, title)).toBe('Fits what comes into SHOP')
  expect(reason({ inbox: 'shop', kinds: [], connections: [] }, undefined, title)).toBe('Fits what comes in here')
  expect(reason({ inbox: '', kinds: [], connections: ['team'] }, title, title)).toBe('Uses your connection TEAM')
})

test('the quickest recipes are easy ones, each of another app', () => {
  const recipe = (name: string, from: string, difficulty: 'easy' | 'medium', minutes: number): Summary => {
    const text = { name, title: name, sentence: '' }
    return { ...text, revision: 1, to: [], tags: [], from: [from], difficulty, minutes }
  }
  const all = [
    recipe('a', 'A', 'medium', 5),
    recipe('b', 'B', 'easy', 15),
    recipe('c', 'B', 'easy', 10),
    recipe('d', 'D', 'easy', 20),
  ]
  expect(quickest(all, 3).map((r) => r.name)).toEqual(['c', 'd', 'a'])
})
