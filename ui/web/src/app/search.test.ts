import { parseSearchWith } from '@tanstack/react-router'
import { expect, it } from 'vitest'
import { readSearchValue } from './search'

it('keeps what is written in the address as it is', () => {
  const parse = parseSearchWith(readSearchValue)
  expect(parse('?q=12345678901234567890&v=1.50&n=7&s=%2212%22&t=order+1&date=2026-01-31&yes=true')).toEqual({
    q: '12345678901234567890',
    v: '1.50',
    n: 7,
    s: '12',
    t: 'order 1',
    date: '2026-01-31',
    yes: true,
  })
})
