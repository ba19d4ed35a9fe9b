import { durationText, parseDuration } from '@/components/format'
import type { RuleInput } from '../edit'

type Overlap = RuleInput['overlap']
export type Mode = 'parallel' | 'queue' | 'single' | 'restart'

export const modes: { value: Mode; label: string }[] = [
  { value: 'parallel', label: 'Start another one beside it' },
  { value: 'queue', label: 'Wait its turn' },
  { value: 'single', label: 'Skip the new one' },
  { value: 'restart', label: 'Stop the old one, start the new one' },
]

const sentences: Record<Mode, string> = {
  parallel: 'If it is already running, another run starts beside it.',
  queue: 'If it is already running, the new run waits its turn.',
  single: 'If it is already running, the new run is skipped.',
  restart: 'If it is already running, the old run is stopped.',
}

export const modeOf = (overlap: Overlap): Mode =>
  overlap === undefined ? 'parallel' : typeof overlap === 'string' ? overlap : overlap.mode

/** What happens when runs meet, as a sentence. */
export function overlapWords(overlap: Overlap): string {
  const words = sentences[modeOf(overlap)]
  const key = typeof overlap === 'object' ? overlap.key : undefined
  return key ? words.replace('already running,', `already running for the same ${key},`) : words
}

/** What happens to runs that come late, as a sentence. */
export const oldWords = (age: string | undefined): string =>
  age ? `A run that could not send for ${ageText(age)} is skipped.` : 'A run that waits is never too old to be sent.'

/** "6 hours", "3 days" for a duration of the API. */
export function ageText(age: string): string {
  const hours = (parseDuration(age) ?? 0) / 3_600_000
  if (hours >= 24 && hours % 24 === 0) return hours === 24 ? '1 day' : `${hours / 24} days`
  if (hours >= 1 && Number.isInteger(hours)) return hours === 1 ? '1 hour' : `${hours} hours`
  return hours === 0 ? age : durationText(hours * 3_600_000)
}

/** The rule with another mode; what else was set about runs that meet stays where it has a meaning. */
export function withMode({ overlap, ...rule }: RuleInput, mode: Mode): RuleInput {
  const key = typeof overlap === 'object' && overlap.key ? { key: overlap.key } : {}
  return mode === 'parallel' ? rule : { ...rule, overlap: { mode, ...key } }
}
