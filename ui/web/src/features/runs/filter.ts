import type { Schemas } from '@/api/client'
import { readSpan } from '@/components/timeSpan'

export type RunQuery = Schemas['RunQuery']

/** What a list of runs is narrowed to, as the URL says it. */
export interface RunFilter {
  rule?: string | undefined
  inbox?: string | undefined
  /** A state, or one of the two that are told apart by more than the state. */
  state?: string | undefined
  /** One of the spans in [spans], or moments as in [readSpan]. */
  since?: string | undefined
  /** The runs that a problem affects. */
  problem?: string | undefined
}

const hour = 3_600_000

export const spans: Readonly<Record<string, { label: string; milliseconds: number }>> = {
  '1h': { label: 'Last hour', milliseconds: hour },
  '24h': { label: 'Last 24 hours', milliseconds: 24 * hour },
  '7d': { label: 'Last 7 days', milliseconds: 7 * 24 * hour },
  '30d': { label: 'Last 30 days', milliseconds: 30 * 24 * hour },
}

export const states: Readonly<Record<string, { label: string; query: RunQuery }>> = {
  failed: { label: 'Failed', query: { state: 'failed', unknown: 'without' } },
  unsure: { label: 'May have been sent', query: { state: 'failed', unknown: 'only' } },
  waiting: { label: 'Waiting or trying again', query: { state: 'waiting' } },
  running: { label: 'Working', query: { state: 'running' } },
  queued: { label: 'About to start', query: { state: 'queued' } },
  warned: { label: 'Done with problems', query: { warned: true } },
  succeeded: { label: 'Done', query: { state: 'succeeded' } },
  filtered: { label: 'Stopped by a condition', query: { state: 'filtered' } },
  skipped: { label: 'Skipped', query: { state: 'skipped' } },
  canceled: { label: 'Stopped', query: { state: 'canceled' } },
}

/** What the API is asked for; a span ends at `now`. */
export function queryOf(filter: RunFilter, now: number): RunQuery {
  const span = filter.since === undefined ? undefined : spans[filter.since]
  const state = filter.state === undefined ? undefined : states[filter.state]
  return {
    ...(filter.rule === undefined ? {} : { rule: filter.rule }),
    ...(filter.inbox === undefined ? {} : { inbox: filter.inbox }),
    ...(filter.problem === undefined ? {} : { problem: filter.problem }),
    ...(span === undefined ? readSpan(filter.since) : { since: new Date(now - span.milliseconds).toISOString() }),
    ...state?.query,
  }
}

/** Whether runs in this state can go on again; without a state the failed ones are meant. */
export const canRetry = (state: string | undefined): boolean =>
  state === undefined || state === 'failed' || state === 'unsure' || state === 'canceled'

/** Whether runs in this state can be ended; without a state the waiting ones are meant. */
export const canSkip = (state: string | undefined): boolean => state === undefined || state === 'waiting'
