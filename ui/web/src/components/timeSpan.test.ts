import { expect, it } from 'vitest'
import { readSpan, spanText } from './timeSpan'

it('reads the span that it wrote', () => {
  const hour = { since: '2026-11-30T10:00:00Z', until: '2026-11-30T11:00:00Z' }
  expect(readSpan(spanText(hour))).toEqual(hour)
  expect(readSpan(spanText({ since: hour.since }))).toEqual({ since: hour.since })
})

it('takes nothing else for one', () => {
  for (const text of [undefined, '', '24h', 'today', '2026-11-30T99:00:00Z', '2026-11-30T10:00:00Z~', 'a~b'])
    expect(readSpan(text)).toBeUndefined()
})
