import { expect, it } from 'vitest'
import { changeOf, optionsOf } from './options'
import type { Inbox } from './queries'

const counts = { received: 0, accepted: 0, duplicate: 0, rejected: 0, held: 0, matched: 0, unmatched: 0, pending: 0 }
const box: Inbox = {
  name: 'shop',
  title: 'Shop',
  address: '',
  createdAt: '',
  updatedAt: '',
  dedupe: { key: 'payload.id', window: '36h' },
  keep: { age: '7d', count: 5 },
  ledger: counts,
  limits: { body: '512KiB', rate: '30/m' },
  paused: false,
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
  respond: { mode: 'rule', within: '3s' },
  split: false,
  verify: { scheme: 'key', hasSecret: false, secretLast4: '', secretsLast4: [], title: '' },
  version: 1,
}

it('reads the options as people say them', () => {
  expect(optionsOf(box)).toEqual({
    title: 'Shop',
    repeats: true,
    split: false,
    dedupe: { window: 36 },
    limits: { body: 0.5, rate: 0.5 },
    keep: { age: 7, matched: '' },
    respond: { status: '', text: '' },
  })
})

it('leaves what was not touched as it is written, and sends nothing that is empty', () => {
  const old = optionsOf(box)
  expect(changeOf(box, old, { ...old, title: 'Orders' })).toEqual({
    title: 'Orders',
    split: false,
    dedupe: { key: 'payload.id', off: false, window: '36h' },
    limits: { body: '512KiB', rate: '30/m' },
    keep: { age: '7d', count: 5 },
    respond: { mode: 'rule', within: '3s' },
  })
})

it('writes what was changed, and takes away what was emptied', () => {
  const old = optionsOf(box)
  const now = {
    ...old,
    repeats: false,
    split: true,
    dedupe: { window: 1.5 },
    limits: { body: '' as const, rate: 10 },
    keep: { age: '' as const, matched: 90 },
    respond: { status: 202, text: 'thanks' },
  }
  expect(changeOf(box, old, now)).toEqual({
    title: 'Shop',
    split: true,
    dedupe: { key: 'payload.id', off: true, window: '90m' },
    limits: { rate: '10/s' },
    keep: { count: 5, matched: '129600m' },
    respond: { mode: 'rule', within: '3s', status: 202, text: 'thanks' },
  })
})

it('leaves alone what somebody else changed meanwhile', () => {
  const old = optionsOf(box)
  const theirs: Inbox = {
    ...box,
    title: 'Orders',
    split: true,
    dedupe: { off: true },
    keep: { age: '3d' },
    respond: { status: 202, text: 'thanks' },
  }
  expect(changeOf(theirs, old, { ...old, limits: { body: 2, rate: old.limits.rate } })).toEqual({
    title: 'Orders',
    split: true,
    dedupe: { off: true },
    limits: { body: '2048KiB', rate: '30/m' },
    keep: { age: '3d' },
    respond: { status: 202, text: 'thanks' },
  })
})
