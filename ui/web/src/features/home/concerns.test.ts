import { expect, it } from 'vitest'
import { concernsOf } from './concerns'

type Known = Parameters<typeof concernsOf>[0]
type Inbox = NonNullable<Known['inboxes']>[number]
type Storage = NonNullable<Known['storage']>

const counts = { received: 0, accepted: 0, duplicate: 0, rejected: 0, held: 0, matched: 0, unmatched: 0, pending: 0 }
const inbox = (over: Partial<Inbox>): Inbox => ({
  name: 'shop',
  title: 'Shop',
  address: '',
  createdAt: '',
  updatedAt: '',
  dedupe: {},
  keep: {},
  ledger: counts,
  limits: {},
  paused: false,
  split: false,
  refused: { today: 0, lastAt: null, reason: '' },
  handshakes: {
    answered: 0,
    refused: 0,
    lastAt: null,
    reason: '',
    bringsSecret: false,
    waitingUntil: null,
    cameAt: null,
  },
  respond: {},
  verify: { scheme: 'key', hasSecret: false, secretLast4: '', secretsLast4: [], title: '' },
  version: 1,
  ...over,
})
const storage = (free: number, fullInDays: number | null): Storage => ({
  used: 1,
  reusable: 0,
  disk: { total: 100, free },
  perDay: null,
  fullInDays,
  measuredSince: null,
  inboxes: [],
})

it('is quiet when nothing needs a person', () => {
  expect(concernsOf({})).toEqual([])
  expect(concernsOf({ inboxes: [inbox({})], storage: storage(50, null) })).toEqual([])
  expect(concernsOf({ inboxes: [inbox({ paused: true })], storage: storage(50, 15) })).toEqual([])
})

it('tells of senders that were refused, and leads to exactly their events', () => {
  const refused = { today: 2, lastAt: '2026-11-30T10:00:00Z', reason: 'The signature does not fit.' }
  const [found] = concernsOf({ inboxes: [inbox({ refused })] })
  expect(found?.words).toBe('2 requests were refused in the last 24 hours. The signature does not fit.')
  expect(found?.search).toEqual({ inbox: 'shop', result: 'rejected', since: 'day' })
})

it('tells that a sender stops rather than how many were refused', () => {
  const refused = { today: 4, lastAt: '2026-11-30T10:00:00Z', reason: 'No.', inARow: 4, warning: 'Shopify stops.' }
  const found = concernsOf({ inboxes: [inbox({ refused })] })
  expect(found.map((c) => [c.words, c.to])).toEqual([['Shopify stops.', '/inboxes/shop']])
})

it('tells of events that are held', () => {
  const ledger = { ...counts, held: 1 }
  expect(concernsOf({ inboxes: [inbox({ paused: true, ledger })] })[0]?.words).toBe(
    'The inbox is paused. 1 event is held.',
  )
  const verify = { ...inbox({}).verify, pending: true }
  expect(concernsOf({ inboxes: [inbox({ verify })] })[0]?.words).toContain('What comes in is held.')
})

it('tells when the disk gets full', () => {
  expect(concernsOf({ storage: storage(50, 8.6) })[0]?.words).toBe('Disk is full in about 9 days at today’s pace.')
  expect(concernsOf({ storage: storage(4, null) })[0]?.words).toContain('Only 4% of the disk is free.')
})
