import { parseValues } from '@/api/exactJson'
import type { RuleInput } from './content'

/** What an edit was made from: what of the rule was known then. */
export interface Base {
  /** The tag of the rule; "" when it is not stored yet. */
  readonly etag: string
  /** The published version; 0 for none. */
  readonly version: number
  /** When the draft that was known was stored; "" without one. */
  readonly draftAt: string
}

/** An edit that the server does not have yet. */
export interface Kept {
  readonly rule: RuleInput
  readonly base: Base
  readonly basedOn: number
  /** Milliseconds. */
  readonly at: number
}

const prefix = 'patchbay-edit:'
const fresh = 'new:' // no id has a colon

/** Where an edit of a rule is kept: its id, or a place of its own for a rule that has none yet. */
export const newPlace = (): string =>
  // Not randomUUID: pages that came over plain http do not have it.
  fresh + crypto.getRandomValues(new Uint32Array(4)).join('-')

// Several people may use one browser: each finds what is their own. No address has a blank.
const key = (owner: string, place: string) => `${prefix}${owner} ${place}`

/** Keeps a person's edit in this browser. False when the browser has no room or no permission. */
export function keep(owner: string, place: string, kept: Kept): boolean {
  try {
    localStorage.setItem(key(owner, place), JSON.stringify(kept))
    return true
  } catch {
    return false
  }
}

export function forget(owner: string, place: string): void {
  try {
    localStorage.removeItem(key(owner, place))
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** The edit of a person that was kept; undefined when there is none. */
export function found(owner: string, place: string): Kept | undefined {
  try {
    const kept: unknown = parseValues(localStorage.getItem(key(owner, place)) ?? 'null')
    return isKept(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

/** New rules of a person that never reached the server, newest first. */
export function foundNew(owner: string): { place: string; kept: Kept }[] {
  const places = Object.keys(localStorage).flatMap((name) =>
    name.startsWith(key(owner, fresh)) ? [name.slice(key(owner, '').length)] : [],
  )
  const all = places.flatMap((place) => {
    const kept = found(owner, place)
    return kept === undefined ? [] : [{ place, kept }]
  })
  return all.toSorted((a, b) => b.kept.at - a.kept.at)
}

function isKept(value: unknown): value is Kept {
  return typeof value === 'object' && value !== null && 'rule' in value && 'base' in value && 'at' in value
}
