import type { Schemas } from '@/api/client'

/** What expressions and texts are read and judged against: one event, or a sample without an event; neither means the newest event of the inbox. */
export interface Against {
  readonly inbox?: string
  readonly eventId?: string
  readonly sample?: Schemas['EvalSample']
  /** What earlier steps gave, by key. */
  readonly steps?: Readonly<Record<string, unknown>>
  /** Inside Repeat for each. */
  readonly item?: unknown
  readonly scope: Schemas['ExpressionScope']
}

/** How an edit joins the undo history: edits with the same `join` within a second are one. */
export interface Edit {
  readonly join?: string
}
