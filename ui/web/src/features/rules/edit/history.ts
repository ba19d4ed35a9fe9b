/** How an edit joins the history of undo: edits with the same `join` within a second are one. */
export interface Edit {
  readonly join?: string
}

/** What is edited, with the way back and forth. */
export interface History<T> {
  readonly past: readonly T[]
  readonly present: T
  readonly future: readonly T[]
  /** The last edit, as long as another one may join it. */
  readonly last?: { readonly join: string; readonly at: number }
}

const joinWithin = 1000 // milliseconds
const longest = 200

export const begin = <T>(present: T): History<T> => ({ past: [], present, future: [] })

/** The history after an edit at a moment, in milliseconds. */
export function edited<T>(history: History<T>, next: T, { join }: Edit, now: number): History<T> {
  const { past, present, last } = history
  const joins = join !== undefined && last?.join === join && now - last.at < joinWithin
  return {
    past: joins ? past : [...past, present].slice(-longest),
    present: next,
    future: [],
    ...(join === undefined ? {} : { last: { join, at: now } }),
  }
}

/** One edit back; the same history when there is none. */
export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] }
}

/** One edit forth; the same history when there is none. */
export function redone<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future }
}
