import type { Schemas } from '@/api/client'
import { dueText } from './time'

/** A role decides colour and shape; the word says what it is. */
export type StatusRole = 'good' | 'bad' | 'unsure' | 'moving' | 'neutral' | 'draft'

export interface Status {
  role: StatusRole
  word: string
  /** Why, or until when; shown on hover and focus. */
  detail?: string | undefined
}

type RunState = Schemas['RunSummary']['state']
type RunLike = Pick<Schemas['RunSummary'], 'state' | 'reason'> &
  Partial<Pick<Schemas['RunSummary'], 'dueAt' | 'destination' | 'warnings'>> & { unknown?: boolean }
type StepLike = Pick<Schemas['RunStep'], 'state' | 'outcome' | 'reason'> & { retryAt?: string | null }
type EventLike = Pick<Schemas['EventSummary'], 'verdict' | 'route' | 'reason'> & {
  items?: number
  runs: readonly RunLike[]
}

/** State of a run in words. */
export function runStatus(run: RunLike): Status {
  const detail = run.reason === '' ? undefined : run.reason
  switch (run.state) {
    case 'queued':
      return { role: 'moving', word: 'About to start', detail }
    case 'running':
      return { role: 'moving', word: 'Working', detail }
    case 'waiting':
      return waiting(run, detail)
    case 'succeeded':
      return ended(run.warnings?.length ?? 0, run.warnings?.join('\n'))
    case 'failed':
      return run.unknown
        ? { role: 'unsure', word: 'May have been sent', detail }
        : { role: 'bad', word: 'Failed', detail }
    case 'filtered':
      return { role: 'neutral', word: 'Stopped by a condition', detail }
    case 'skipped':
      return { role: 'neutral', word: 'Skipped', detail }
    case 'canceled':
      return {
        role: 'neutral',
        word: /^(?:Stopped|Skipped) by .+(?=\.$)/.exec(run.reason)?.[0] ?? 'Stopped',
        detail,
      }
  }
}

// A run waits for a destination after a failure, or because the rule says so: never one word for both.
function waiting(run: RunLike, detail: string | undefined): Status {
  if (run.dueAt === undefined || run.dueAt === null) return { role: 'moving', word: 'Waiting', detail }
  return run.destination
    ? { role: 'moving', word: `Trying again at ${dueText(run.dueAt)}`, detail }
    : { role: 'moving', word: `Waiting until ${dueText(run.dueAt)}`, detail: detail ?? 'As the rule says.' }
}

function ended(problems: number, detail: string | undefined): Status {
  if (problems === 0) return { role: 'good', word: 'Done' }
  return { role: 'unsure', word: problems === 1 ? 'Done, 1 problem' : `Done, ${problems} problems`, detail }
}

/** How the last run of a rule ended, in words. */
export const lastRunStatus = ({ warned, ...run }: Schemas['LastRun']): Status => {
  const status = runStatus({ ...run, warnings: warned ? [run.reason] : [] })
  if (run.state !== 'waiting') return status
  // How long it still waits is told where one run is shown.
  return { ...status, word: run.destination ? 'Trying again' : 'Waiting', detail: status.word }
}

/** State of a step in words. */
export function stepStatus(step: StepLike): Status {
  const detail = step.reason === '' ? undefined : step.reason
  if (step.outcome === 'unknown') return { role: 'unsure', word: 'May have been sent', detail }
  switch (step.state) {
    case 'pending':
      return { role: 'neutral', word: 'Not yet', detail }
    case 'running':
      return { role: 'moving', word: 'Working', detail }
    case 'waiting':
      return step.retryAt
        ? { role: 'moving', word: `Trying again at ${dueText(step.retryAt)}`, detail }
        : { role: 'moving', word: 'Waiting', detail }
    case 'succeeded':
      return { role: 'good', word: step.outcome === 'sent' ? 'Sent' : 'Done', detail }
    case 'failed':
      return { role: 'bad', word: 'Failed', detail }
    case 'skipped':
      return { role: 'neutral', word: 'Skipped', detail }
    case 'canceled':
      return { role: 'neutral', word: 'Stopped', detail }
  }
}

// What needs a person comes first.
const badness: Record<RunState, number> = {
  failed: 9,
  waiting: 7,
  running: 6,
  queued: 5,
  succeeded: 3,
  filtered: 2,
  skipped: 1,
  canceled: 0,
}

function badnessOf(run: RunLike): number {
  if (run.state === 'failed' && run.unknown) return badness.failed - 1
  if (run.state === 'waiting' && !run.destination) return badness.running
  if (run.state === 'succeeded' && (run.warnings?.length ?? 0) > 0) return badness.succeeded + 1
  return badness[run.state]
}

/** Of several runs of an event the one to look at. */
export function worstRun<R extends RunLike>(runs: readonly R[]): R | undefined {
  return runs.reduce<R | undefined>(
    (worst, run) => (worst === undefined || badnessOf(run) > badnessOf(worst) ? run : worst),
    undefined,
  )
}

const refusedWords: Record<Exclude<Schemas['EventSummary']['verdict'], 'accepted'>, Status> = {
  duplicate: { role: 'neutral', word: 'Repeat' },
  rejected: { role: 'bad', word: 'Refused' },
  held: { role: 'neutral', word: 'Held' },
}

/** What became of an event, in words. */
export function eventStatus(event: EventLike): Status {
  const detail = event.reason === '' ? undefined : event.reason
  if (event.verdict !== 'accepted') return { ...refusedWords[event.verdict], detail }
  const run = worstRun(event.runs)
  if (run !== undefined) {
    const status = runStatus(run)
    const others = event.runs.length - 1
    return others > 0
      ? { ...status, detail: status.detail ?? `${event.runs.length} rules started; this is the one to look at.` }
      : status
  }
  const list = (event.items ?? 0) > 0 // rules have to do with its items
  switch (event.route) {
    case 'matched':
      return { role: 'good', word: 'Received', detail }
    case 'unmatched':
      return { role: 'neutral', word: list ? 'No rule wanted its items' : 'No rule wanted it', detail }
    case 'pending':
    case '':
      return { role: 'moving', word: list ? 'Checking its items' : 'Checking rules', detail }
  }
}

/** Whether a rule is at work. */
export function ruleStatus(rule: { enabled: boolean; changed?: boolean }): Status {
  if (!rule.enabled) return { role: 'neutral', word: 'Off' }
  return rule.changed ? { role: 'draft', word: 'On, changes not published' } : { role: 'good', word: 'On' }
}

/** The mark of what did not come from a sender; undefined for what did. */
export function originStatus(origin: Schemas['EventSummary']['origin']): Status | undefined {
  switch (origin) {
    case 'sample':
      return { role: 'draft', word: 'Sample', detail: 'Made by Patchbay. No app sent it.' }
    case 'edited':
      return { role: 'draft', word: 'Edited copy', detail: 'Somebody changed a stored event and ran it again.' }
    case 'sender':
    case 'split':
      return undefined
  }
}
