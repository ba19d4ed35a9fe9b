import type { Schemas } from '@/api/client'

/** What expressions and texts are read and judged against: one event, or a sample without an event; neither means the newest event of the inbox. */
export interface Against {
  readonly inbox?: string // omitted when the rule has none yet
  readonly eventId?: string
  readonly sample?: Schemas['EvalSample']
  readonly steps?: Readonly<Record<string, unknown>> // what earlier steps gave, by key
  readonly item?: unknown // inside Repeat for each
  readonly scope: Schemas['ExpressionScope'] // {condition, inSteps, steps: earlier keys, item}
}

/** How an edit joins the undo history: edits with the same `join` within a second are one. */
export interface Edit {
  readonly join?: string
}

/** The part of a request that names the event; an event goes by its id, never with its data. */
export function choiceOf(against: Against) {
  const { inbox, eventId, sample, steps, item, scope } = against
  return {
    scope,
    ...(steps === undefined ? {} : { steps }),
    ...(item === undefined ? {} : { item }),
    ...(inbox === undefined ? {} : { inbox }),
    ...(eventId === undefined ? (sample === undefined ? {} : { sample }) : { eventId }),
  }
}

const numbers = new WeakMap<object, number>()
let last = 0

// Samples and outputs can be large: their identity stands for them in keys.
function identity(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = numbers.get(value)
  if (known !== undefined) return known
  numbers.set(value, ++last)
  return last
}

/** Stands for it in the key of a query, however large the sample is. */
export function keyOf(against: Against): readonly unknown[] {
  const { inbox, eventId, sample, steps, item, scope } = against
  const event = eventId ?? (sample === undefined ? `newest:${inbox ?? ''}` : identity(sample))
  return [event, inbox, identity(steps), identity(item), scope]
}
