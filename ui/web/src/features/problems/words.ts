import { countText, durationText } from '@/components/format'
import type { Status } from '@/components/status'
import type { Trouble } from './queries'

/** "hooks.slack.com", or what a problem without a destination is about. */
export const nameOf = (problem: Pick<Trouble, 'destination' | 'rules'>): string => {
  if (!problem.destination.startsWith('rule:')) return problem.destination.replace(/^https?:\/\//, '')
  const id = problem.destination.slice('rule:'.length)
  return problem.rules.find((rule) => rule.id === id)?.name ?? id
}

/** What does not work and why; most reasons begin with the destination, which is not said twice. */
export const causeOf = (problem: Trouble): string => {
  const name = nameOf(problem)
  return problem.reason.startsWith(name) ? problem.reason : `${name}: ${problem.reason}`
}

/** What a problem holds up, in words. */
export function problemStatus(problem: Trouble): Status {
  if (problem.solvedAt !== null) return { role: 'good', word: 'Solved' }
  if (problem.waiting > 0) return { role: 'moving', word: 'Trying again' }
  if (problem.failed > 0) return { role: 'bad', word: 'Failed' }
  return problem.unknown > 0 ? { role: 'unsure', word: 'May have been sent' } : { role: 'moving', word: 'Checking' }
}

/** "5 waiting · 1 failed": the runs that it holds up. */
export const heldUp = (problem: Pick<Trouble, 'waiting' | 'failed' | 'unknown'>): string =>
  [
    problem.waiting > 0 && `${problem.waiting.toLocaleString()} waiting`,
    problem.failed > 0 && `${problem.failed.toLocaleString()} failed`,
    problem.unknown > 0 && `${problem.unknown.toLocaleString()} may have been sent`,
  ]
    .filter(Boolean)
    .join(' · ')

/** Three plain lines that fit a chat. */
export function summaryOf(problem: Trouble): string {
  const since = Date.parse(problem.since)
  const at = (time: number) => new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  const first = causeOf(problem)
  if (problem.solvedAt === null) {
    const open = [
      countText(problem.waiting, 'run waits', 'runs wait'),
      `${problem.failed.toLocaleString()} failed`,
      `${problem.unknown.toLocaleString()} may have been sent`,
    ]
    return [first, `Since ${at(since)}.`, `${open.join(', ')}.`].join('\n')
  }
  const solved = Date.parse(problem.solvedAt)
  return [first, `Solved ${at(solved)}, after ${durationText(solved - since)}.`, endText(problem)].join('\n')
}

/** "38 went on, 2 were skipped." */
export function endText(problem: Pick<Trouble, 'recovered' | 'skipped'>): string {
  const went = countText(problem.recovered, 'run went on', 'runs went on')
  return problem.skipped === 0 ? `${went}.` : `${went}, ${problem.skipped.toLocaleString()} skipped.`
}
