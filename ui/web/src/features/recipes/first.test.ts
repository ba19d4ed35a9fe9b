import { expect, test } from 'vitest'
import type { Schemas } from '@/api/client'
import { firstOf } from './first'

const made = '2026-05-03T10:00:00.5Z'
const event = (id: string, changes: Partial<Schemas['EventSummary']> = {}) =>
  ({
    id,
    origin: 'sender',
    verdict: 'accepted',
    receivedAt: '2026-05-03T10:00:01Z',
    ...changes,
  }) as Schemas['EventSummary']

test('what was there before, samples and repeats are not what is waited for', () => {
  const others = [
    event('repeat', { verdict: 'duplicate' }),
    event('sample', { origin: 'sample' }),
    event('item', { origin: 'split' }),
    event('old', { receivedAt: '2026-05-03T10:00:00Z' }),
  ]
  expect(firstOf(others, made)).toBeUndefined()
  expect(firstOf([event('second'), event('first'), ...others], made)?.id).toBe('first')
})

test('one that counts goes before what was refused, of which the last is told', () => {
  const refused = [event('again', { verdict: 'rejected' }), event('once', { verdict: 'rejected' })]
  expect(firstOf(refused, made)?.id).toBe('again')
  expect(firstOf([...refused, event('good')], made)?.id).toBe('good')
})
