import { durationText } from '@/components/format'
import { visible } from '@/components/json/flatten'
import { runStatus } from '@/components/status'
import { fullTime, withTimes } from '@/components/time'
import type { RunSummary } from './queries'

/** What a run is about: its event in a line. */
export const aboutText = ({ event }: Pick<RunSummary, 'event'>): string =>
  visible(event.summary || event.type) || 'An event without text'

/** What went wrong or what the run did last; "" while there is nothing to tell. */
export function outcomeText(run: Pick<RunSummary, 'reason' | 'result' | 'warnings' | 'state'>): string {
  if (run.state === 'succeeded') return run.warnings[0] ?? visible(run.result)
  return withTimes(withoutStep(run.reason))
}

/** A reason without the step that it begins with, for places that have little room. */
export const withoutStep = (reason: string): string => reason.replace(/^Step "[^"]*" failed: /, '')

type Chat = Parameters<typeof runStatus>[0] &
  Parameters<typeof outcomeText>[0] &
  Pick<RunSummary, 'event' | 'ruleId' | 'ruleName' | 'createdAt'>

/** A run in three lines that are fit for a chat: what became of it, what it was about and where it is to be seen. */
export function chatText(run: Chat, address: string): string {
  const outcome = outcomeText(run)
  return [
    `${run.ruleName || run.ruleId}: ${runStatus(run).word}${outcome === '' ? '' : `. ${outcome}`}`,
    `${aboutText(run)}, ${fullTime(Date.parse(run.createdAt))}`,
    address,
  ].join('\n')
}

/** How long a run took from beginning to end; "" while it is not over. */
export function tookText(run: Pick<RunSummary, 'startedAt' | 'finishedAt'>): string {
  if (run.startedAt === null || run.finishedAt === null) return ''
  return durationText(Math.max(0, Date.parse(run.finishedAt) - Date.parse(run.startedAt)))
}
