import { expect, it } from 'vitest'
import { ago, clockText, dueText, elapsed, until, withTimes } from './time'

const now = Date.parse('2026-05-03T12:00:00Z')
const s = 1000

it.each([
  [-90 * s, 'just now'],
  [0, 'just now'],
  [30 * s, '30 s ago'],
  [60 * s, '1 min ago'],
  [7260 * s, '2 h ago'],
  [4 * 86_400 * s, '4 d ago'],
])('%i ms before now is %s', (gone, words) => {
  expect(ago(now - gone, now)).toBe(words)
})

it('calls only the day before yesterday', () => {
  const night = new Date(2026, 4, 5, 1).getTime()
  const evening = new Date(2026, 4, 5, 20).getTime()
  expect(ago(night - 30 * 3600 * s, night)).toBe('2 d ago')
  expect(ago(evening - 30 * 3600 * s, evening)).toBe('yesterday')
})

it('counts down to now and not beyond', () => {
  expect(until(now + 42 * s, now)).toBe('in 0:42')
  expect(until(now + 30 * 3600 * s, now)).toBe('in 30 h')
  expect(until(now + 7 * 86_400 * s, now)).toBe('in 7 days')
  expect(until(now - s, now)).toBe('now')
  expect(elapsed(74_000)).toBe('1:14')
})

it('names the day of what is due, unless that is today or in the night to come', () => {
  const noon = new Date(2026, 4, 5, 12).getTime()
  const evening = new Date(2026, 4, 5, 18, 30).getTime()
  expect(dueText(evening, noon)).toBe(clockText(evening))
  expect(dueText(evening + 24 * 3600 * s, noon)).toMatch(/6.*30/)
  expect(dueText(evening + 7 * 3600 * s, evening)).toBe(clockText(evening + 7 * 3600 * s))
})

it('writes the times in a sentence as people do', () => {
  const noon = new Date(2026, 4, 5, 12).getTime()
  const at = new Date(2026, 4, 5, 18, 30)
  expect(withTimes(`Waiting until ${at.toISOString()}, as the rule says.`, noon)).toBe(
    `Waiting until ${clockText(at.getTime())}, as the rule says.`,
  )
  expect(withTimes('Order 2026-05-05 is late.', noon)).toBe('Order 2026-05-05 is late.')
})
