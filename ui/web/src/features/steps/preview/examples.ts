import { type ActionSpec } from '../actions'
import { reads, type Step } from '../edit'

/** The answers that a step can read: real ones of tests, and examples of what was not tested. */
export interface Answers {
  readonly outputs: Readonly<Record<string, unknown>>
  /** Keys of the steps whose example this step reads. */
  readonly examples: readonly string[]
}

/** What earlier steps gave, or would give. */
export function answersBefore(
  steps: readonly Step[],
  index: number,
  real: Readonly<Record<string, unknown>>,
  specs: readonly ActionSpec[],
): Answers {
  const step = steps[index]
  const outputs: Record<string, unknown> = {}
  const examples: string[] = []
  for (const before of steps.slice(0, index)) {
    const example = specs.find((s) => s.type === before.action)?.example
    if (before.key in real) outputs[before.key] = real[before.key]
    else if (example !== undefined) {
      outputs[before.key] = before.forEach ? [example] : example
      if (step !== undefined && reads(step, before.key)) examples.push(before.key)
    }
  }
  return { outputs, examples }
}
