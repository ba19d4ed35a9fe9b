import { describe, expect, it } from 'vitest'
import type { RunAttempt, RunStep } from './queries'
import { chosenOf, doneText, segmentsOf } from './segments'

const attempt = (number: number, startedAt: string, over: Partial<RunAttempt> = {}): RunAttempt => ({
  number,
  item: 0,
  state: 'failed',
  startedAt,
  duration: '1s',
  output: null,
  error: 'It refused.',
  outcome: 'not-sent',
  retryAt: null,
  ...over,
})

const step = (key: string, state: RunStep['state'], attempts: RunAttempt[] = []): RunStep => ({
  key,
  action: 'http',
  state,
  outcome: '',
  attempts,
})

describe('segmentsOf', () => {
  it('puts the waits between the tries, folds long ones and ends with the one that goes on', () => {
    const tries = [attempt(1, '2026-01-01T10:00:00Z'), attempt(2, '2026-01-01T10:00:05Z')]
    const got = segmentsOf(tries, '2026-01-01T11:00:06Z')
    expect(got.map((s) => s.kind)).toEqual(['try', 'wait', 'try', 'wait'])
    expect(got[1]).toMatchObject({ milliseconds: 4000, folded: false })
    expect(got[3]).toMatchObject({ milliseconds: 3_600_000, folded: true, until: '2026-01-01T11:00:06Z' })
  })
})

describe('doneText', () => {
  it('names the steps before the one that stopped', () => {
    expect(doneText([step('a', 'succeeded'), step('b', 'failed')])).toBe('Step 1 was done and is not repeated.')
    expect(doneText([step('a', 'succeeded'), step('b', 'succeeded'), step('c', 'waiting')])).toBe(
      'Steps 1 and 2 were done and are not repeated.',
    )
  })

  it('says nothing when nothing was done, or nothing stopped', () => {
    expect(doneText([step('a', 'failed'), step('b', 'pending')])).toBe('')
    expect(doneText([step('a', 'succeeded')])).toBe('')
  })
})

describe('chosenOf', () => {
  it('takes what the address names, else the last try that needs a person', () => {
    const steps = [
      step('a', 'succeeded', [attempt(1, '2026-01-01T10:00:00Z', { state: 'succeeded', error: '' })]),
      step('b', 'failed', [attempt(1, '2026-01-01T10:00:00Z'), attempt(2, '2026-01-01T10:00:05Z')]),
    ]
    expect(chosenOf(steps, 'a.0.1')?.step.key).toBe('a')
    expect(chosenOf(steps, undefined)?.attempt.number).toBe(2)
    expect(chosenOf(steps, 'gone.0.1')?.step.key).toBe('b')
  })
})
