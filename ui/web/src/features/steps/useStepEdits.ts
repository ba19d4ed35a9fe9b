import { useLocalStorage } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import { showDone, showUndo } from '@/components/UndoToast'
import type { ActionSpec } from './actions'
import { copyOf, freshKey, inserted, moved, putBack, removed, type Step } from './edit'
import type { StepListProps } from './StepList'

export interface StepEdits {
  /** What was done last, for people who hear the page. */
  readonly said: string
  readonly canPaste: boolean
  /** The key of the step that was put in last: it takes the focus. */
  readonly added: string | undefined
  add: (at: number, spec: ActionSpec, made: Partial<Step>) => void
  move: (step: Step, by: -1 | 1) => void
  duplicate: (step: Step) => void
  copy: (step: Step) => void
  cut: (step: Step) => void
  paste: (at: number) => void
  remove: (step: Step) => void
}

/** Edits of the list as a whole. A step that was copied can be pasted into another rule, also in another tab. */
export function useStepEdits({ rule, onSteps, onCurrent, current }: StepListProps): StepEdits {
  const steps = rule.steps ?? []
  const latest = useRef(steps)
  useEffect(() => {
    latest.current = steps
  })
  const [said, setSaid] = useState('')
  const [kept, keep] = useLocalStorage<Step | null>({ key: 'patchbay.copied-step', defaultValue: null })
  const [added, setAdded] = useState<string>()
  const put = (at: number, step: Step) => {
    onSteps(inserted(steps, at, step))
    onCurrent(step.key)
    setAdded(step.key)
    setSaid(`Step ${at + 1} is added.`)
  }
  const take = (step: Step) => {
    onSteps(removed(steps, step.key))
    if (current === step.key) onCurrent(undefined)
    const at = steps.indexOf(step)
    // What was edited since stays.
    const undo = () => onSteps([...putBack(latest.current, at, step)])
    showUndo({ message: `Step ${at + 1} is deleted.`, onUndo: undo })
  }
  return {
    said,
    added,
    canPaste: isStep(kept),
    add: (at, spec, made) => put(at, { ...made, key: freshKey(spec.type, steps), action: spec.type }),
    move: (step, by) => {
      const to = moved(steps, step.key, by)
      if (to === steps) return
      onSteps([...to])
      setSaid(`Step is now ${to.findIndex((s) => s.key === step.key) + 1} of ${to.length}.`)
    },
    duplicate: (step) => put(steps.indexOf(step) + 1, copyOf(step, steps)),
    copy: (step) => {
      keep(step)
      showDone('Step is copied. Paste it from the menu of another step, also in another rule.')
    },
    cut: (step) => {
      keep(step)
      take(step)
    },
    paste: (at) => {
      if (isStep(kept)) put(at, copyOf(kept, steps))
    },
    remove: take,
  }
}

// What is kept in the browser may be of an older version of this page.
function isStep(kept: unknown): kept is Step {
  return typeof kept === 'object' && kept !== null && 'action' in kept && typeof kept.action === 'string'
}
