import { parseDuration } from '@/components/format'
import type { Inbox } from './queries'
import type { InboxChange } from './useInbox'

/** A number field: empty where the inbox has no value of its own. */
type Amount = number | ''

/** The options of an inbox as a person reads them. */
export interface Options {
  title: string
  /** Repeats are ignored. */
  repeats: boolean
  /** A delivery that is a list becomes one event per item. */
  split: boolean
  dedupe: { window: Amount } // hours
  limits: { body: Amount; rate: Amount } // MiB, events a second
  keep: { age: Amount; matched: Amount } // days
  respond: { status: Amount; text: string }
}

const hour = 3_600_000
const day = 24 * hour
const units: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }
const seconds: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600 }

export const optionsOf = ({ title = '', split, dedupe, limits, keep, respond }: Inbox): Options => ({
  title,
  repeats: dedupe.off !== true,
  split,
  dedupe: { window: lengthOf(dedupe.window, hour) },
  limits: { body: megabytesOf(limits.body), rate: perSecondOf(limits.rate) },
  keep: { age: lengthOf(keep.age, day), matched: lengthOf(keep.matched, day) },
  respond: { status: respond.status || '', text: respond.text ?? '' },
})

/**
 * What to store of an inbox for options that were changed. A part that was not touched
 * stays as it is written, and an empty one is left out, so that the default counts.
 */
export function changeOf(box: Inbox, old: Options, now: Options): InboxChange {
  const { window: _window, ...dedupe } = box.dedupe
  const { body: _body, rate: _rate, ...limits } = box.limits
  const { age: _age, matched: _matched, ...keep } = box.keep
  const { status: _status, text: _text, ...respond } = box.respond
  const part = (
    name: string,
    before: Amount,
    after: Amount,
    stored: string | undefined,
    write: (n: number) => string,
  ) => {
    const value = before === after ? stored : after === '' ? undefined : write(after)
    return value === undefined ? {} : { [name]: value }
  }
  const stored = optionsOf(box)
  const kept = <K extends 'title' | 'repeats' | 'split'>(name: K): Options[K] =>
    old[name] === now[name] ? stored[name] : now[name]
  const status = old.respond.status === now.respond.status ? stored.respond.status : now.respond.status
  const text = old.respond.text === now.respond.text ? stored.respond.text : now.respond.text
  return {
    title: kept('title'),
    split: kept('split'),
    dedupe: {
      ...dedupe,
      off: !kept('repeats'),
      ...part('window', old.dedupe.window, now.dedupe.window, box.dedupe.window, minutes(60)),
    },
    limits: {
      ...limits,
      ...part('body', old.limits.body, now.limits.body, box.limits.body, (n) => `${Math.round(n * 1024)}KiB`),
      ...part('rate', old.limits.rate, now.limits.rate, box.limits.rate, (n) => `${n}/s`),
    },
    keep: {
      ...keep,
      ...part('age', old.keep.age, now.keep.age, box.keep.age, minutes(24 * 60)),
      ...part('matched', old.keep.matched, now.keep.matched, box.keep.matched, minutes(24 * 60)),
    },
    respond: {
      ...respond,
      ...(status === '' ? {} : { status }),
      ...(text === '' ? {} : { text }),
    },
  }
}

const minutes = (each: number) => (n: number) => `${Math.max(1, Math.round(n * each))}m`

function lengthOf(duration: string | undefined, unit: number): Amount {
  const milliseconds = duration === undefined ? undefined : parseDuration(duration)
  return milliseconds ? rounded(milliseconds / unit) : ''
}

function megabytesOf(size: string | undefined): Amount {
  const [, count, unit] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(size ?? '') ?? []
  const bytes = Number(count) * (units[unit ?? ''] ?? 0)
  return bytes > 0 ? rounded(bytes / 1024 ** 2) : ''
}

function perSecondOf(rate: string | undefined): Amount {
  const [count, unit = ''] = rate?.split('/') ?? []
  const n = Number(count) / (seconds[unit] ?? 1)
  return rate === undefined || Number.isNaN(n) ? '' : rounded(n)
}

const rounded = (n: number) => Math.round(n * 1000) / 1000
