import { useMediaQuery } from '@mantine/hooks'
import { useMemo, useRef } from 'react'
import type { ActionSpec } from './actions'
import type { Step } from './edit'
import { faultsOfStep } from './faults'
import { StepForm } from './form/StepForm'
import { StepHead } from './StepHead'
import type { StepListProps } from './StepList'
import { StepProvider } from './StepProvider'
import type { Test } from './test/test'
import { StepSheet } from './StepSheet'
import { useMoveKeys } from './useMoveKeys'
import { useOneForm } from './useOneForm'
import type { StepEdits } from './useStepEdits'
import classes from './steps.module.css'

export interface StepCardProps extends StepListProps {
  step: Step
  index: number
  /** Undefined when this Patchbay does not know the action. */
  spec: ActionSpec | undefined
  specs: readonly ActionSpec[]
  edits: StepEdits
  /** The last test of the step, and where one is told. */
  tested: Test | undefined
  onTested: (test: Test) => void
  readOnly: boolean
}

/** One step: a head that says what it does, and its form while it is the open one. */
export function StepCard(props: StepCardProps) {
  const { step, index, spec, current, onCurrent, edits, readOnly } = props
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  const open = current === step.key && spec !== undefined
  const card = useRef<HTMLElement>(null)
  useMoveKeys(card, index, readOnly ? undefined : (by) => edits.move(step, by))
  const faults = useMemo(() => faultsOfStep(props.faults, index), [props.faults, index])
  const { place, form } = useOneForm(open, <StepForm />)
  const toggle = () => onCurrent(open ? undefined : step.key)
  return (
    <section
      ref={card}
      className={classes.card}
      data-open={open || undefined}
      data-off={step.enabled === false || undefined}
      aria-label={`Step ${index + 1}`}
    >
      <StepHead {...props} faults={faults} open={open} onToggle={toggle} />
      {spec !== undefined && (
        <StepProvider {...props} spec={spec} stepFaults={faults}>
          {open && !phone && <div className={classes.body}>{place}</div>}
          {phone && (
            <StepSheet opened={open} onClose={() => onCurrent(undefined)}>
              {place}
            </StepSheet>
          )}
          {form}
        </StepProvider>
      )}
    </section>
  )
}
