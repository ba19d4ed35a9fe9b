import { useMemo } from 'react'
import type { Against } from '@/features/conditions'
import type { Step } from './edit'

/** What the expressions of a step see: the rule's event, and what earlier steps gave. */
export function useStepAgainst(
  against: Against,
  steps: readonly Step[],
  index: number,
  outputs: Readonly<Record<string, unknown>>,
): Against {
  const keys = steps
    .slice(0, index)
    .map((s) => s.key)
    .join(' ')
  const repeats = (steps[index]?.forEach ?? '') !== ''
  return useMemo(() => {
    const earlier = keys.split(' ').filter(Boolean)
    return {
      ...against,
      steps: Object.fromEntries(earlier.filter((key) => key in outputs).map((key) => [key, outputs[key]])),
      scope: { inSteps: true, steps: earlier, item: repeats },
    }
  }, [against, keys, repeats, outputs])
}
