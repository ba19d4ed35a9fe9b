import { parseDuration } from '@/components/format'
import type { RunAttempt, RunStep } from './queries'

/** A piece of a step's bar: a try, or the wait before the next one. */
export type Segment =
  | { kind: 'try'; attempt: RunAttempt; milliseconds: number }
  | {
      kind: 'wait'
      milliseconds: number
      folded: boolean /** Not over yet: when the next try comes. */
      until?: string
    }

const long = 10_000 // milliseconds; longer waits are folded

/** The tries of one item of a step and the waits between them, in their order. */
export function segmentsOf(attempts: readonly RunAttempt[], next: string | null): Segment[] {
  const segments: Segment[] = []
  let end: number | undefined
  for (const attempt of attempts) {
    const start = Date.parse(attempt.startedAt)
    if (end !== undefined && start > end) {
      segments.push({ kind: 'wait', milliseconds: start - end, folded: start - end > long })
    }
    const milliseconds = parseDuration(attempt.duration) ?? 0
    segments.push({ kind: 'try', attempt, milliseconds })
    end = start + milliseconds
  }
  if (next !== null && end !== undefined) {
    const milliseconds = Math.max(0, Date.parse(next) - end)
    segments.push({ kind: 'wait', milliseconds, folded: milliseconds > long, until: next })
  }
  return segments
}

/** The attempts of a step by item, in their order; a step that repeats for each item has several. */
export function byItem(step: RunStep): (readonly [item: number, attempts: RunAttempt[]])[] {
  const items = new Map<number, RunAttempt[]>()
  for (const attempt of step.attempts) items.set(attempt.item, [...(items.get(attempt.item) ?? []), attempt])
  return [...items]
}

/** What is told apart in the URL. */
export const idOf = (step: RunStep, attempt: RunAttempt): string => `${step.key}.${attempt.item}.${attempt.number}`

/** The attempt that is chosen, or else the one to look at: of the step that needs a person, or the last one. */
export function chosenOf(
  steps: readonly RunStep[],
  id: string | undefined,
): { step: RunStep; attempt: RunAttempt } | undefined {
  const all = steps.flatMap((step) => step.attempts.map((attempt) => ({ step, attempt })))
  return (
    all.find(({ step, attempt }) => idOf(step, attempt) === id) ??
    all.findLast(({ step, attempt }) => step.state !== 'succeeded' && attempt.error !== '') ??
    all.at(-1)
  )
}

/** The step at which a run stopped: where Retry goes on. */
const stoppedAt = (steps: readonly RunStep[]): number =>
  steps.findIndex((s) => s.state === 'failed' || s.state === 'waiting' || s.state === 'canceled')

/** "Steps 1 and 2 were done and are not repeated.", or "" where there is nothing to say. */
export function doneText(steps: readonly RunStep[]): string {
  const stop = stoppedAt(steps)
  const done = steps.flatMap((s, i) => (i < stop && s.state === 'succeeded' ? [i + 1] : []))
  const last = done.at(-1)
  if (last === undefined) return ''
  if (done.length === 1) return `Step ${last} was done and is not repeated.`
  return `Steps ${done.slice(0, -1).join(', ')} and ${last} were done and are not repeated.`
}
