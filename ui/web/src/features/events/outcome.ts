import { countText } from '@/components/format'
import { visible } from '@/components/json/flatten'
import { worstRun } from '@/components/status'
import { withTimes } from '@/components/time'
import type { EventSummary } from './queries'

/** What became of an event beyond its state: why it was refused, what failed, or which rules it started. */
export function outcomeText(event: Pick<EventSummary, 'verdict' | 'reason' | 'runs' | 'items'>): string {
  if (event.items > 0) return `A list of ${countText(event.items, 'item')}. ${visible(event.reason)}`.trimEnd()
  if (event.verdict === 'duplicate') return 'Received before, so ignored'
  if (event.verdict !== 'accepted') return visible(event.reason)
  const run = worstRun(event.runs)
  if (run === undefined) return visible(event.reason)
  const reason = run.reason.replace(/^Step "[^"]*" failed: /, '')
  if (reason !== '' && run.state !== 'canceled') return `${run.ruleName}: ${withTimes(reason)}`
  return [...new Set(event.runs.map((r) => r.ruleName))].join(', ')
}
