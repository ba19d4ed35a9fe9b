import type { Schemas } from '@/api/client'
import { durationText, parseDuration } from '@/components/format'

/** "Try 5 times over 1 hour, then mark failed"; without a policy of its own a step has that of its action. */
export function retryWords(retry: Schemas['Retry'] | undefined, onError: string | undefined): string {
  const after = onError === 'continue' ? 'go on with the next step' : 'mark failed'
  const attempts = retry?.attempts ?? 1
  if (attempts <= 1) return `Try once, then ${after}`
  return `Try ${attempts} times${overWords(retry?.over)}, then ${after}`
}

function overWords(over: string | undefined): string {
  if (over === undefined || over === '') return ''
  return ` over ${lengthWords(over)}`
}

const sizes = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const

/** "1 hour" for 1h, "90 minutes" for 1h30m: the largest unit in which it is a whole number. */
export function lengthWords(duration: string): string {
  const milliseconds = parseDuration(duration)
  if (milliseconds === undefined) return duration
  const [unit, size] = sizes.find(([, s]) => milliseconds >= s && milliseconds % s === 0) ?? ['', 0]
  if (size === 0) return durationText(milliseconds)
  const count = milliseconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
