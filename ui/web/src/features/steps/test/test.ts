import type { Schemas } from '@/api/client'
import type { Status } from '@/components/status'
import type { Step } from '../edit'

/** What came of a test, and of which content. */
export interface Test {
  readonly result: Schemas['StepTest']
  /** Stands for what the step said then. */
  readonly content: string
}

/** What a test depends on; when it changes, the test is one of before. */
export const contentOf = ({ action, connection, with: settings, forEach, if: condition }: Step): string =>
  JSON.stringify([action, connection, settings, forEach, condition])

/** A test in words. One that did nothing is no success. */
export function testStatus({ done, error, outcome, destination }: Schemas['StepTest']): Status {
  if (!done) return { role: 'neutral', word: 'Nothing was sent' }
  if (outcome === 'unknown') return { role: 'unsure', word: 'May have been sent', detail: error }
  if (error !== '') return { role: 'bad', word: 'Test failed', detail: error }
  return { role: 'good', word: destination === '' ? 'Test done' : 'Test sent' }
}
