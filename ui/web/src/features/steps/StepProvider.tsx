import { type ReactNode, useMemo, useState } from 'react'
import type { Schemas } from '@/api/client'
import { ConnectionDrawer } from '@/features/connections'
import type { ActionSpec } from './actions'
import { changed, withSetting } from './edit'
import type { StepCardProps } from './StepCard'
import { answersBefore } from './preview/examples'
import { StepContext, type StepPlace } from './useStep'
import { useStepAgainst } from './useStepAgainst'

interface Props extends StepCardProps {
  spec: ActionSpec
  stepFaults: readonly Schemas['ProblemField'][]
  children: ReactNode
}

/** Gives the parts of a form the step that they belong to. */
export function StepProvider(props: Props) {
  const { step, spec, index, rule, onSteps, outputs, readOnly, stepFaults, specs, tested, onTested } = props
  const answers = useMemo(
    () => answersBefore(rule.steps ?? [], index, outputs, specs),
    [rule.steps, index, outputs, specs],
  )
  const against = useStepAgainst(props.against, rule.steps ?? [], index, answers.outputs)
  // Here, and not in the form, which stands elsewhere when the window becomes narrow.
  const [connecting, setConnecting] = useState<{ name?: string | undefined }>()
  const place = useMemo((): StepPlace => {
    const change: StepPlace['change'] = (made, join) =>
      onSteps(
        changed(rule.steps ?? [], step.key, made),
        join === undefined ? {} : { join: `steps.${step.key}.${join}` },
      )
    return {
      step,
      spec,
      index,
      rule,
      against,
      faults: stepFaults,
      readOnly,
      answers,
      tested,
      onTested,
      connect: (name) => setConnecting({ name }),
      change,
      set: (name, value) => change({ with: withSetting(step, name, value) }, `with.${name}`),
    }
  }, [step, spec, index, rule, onSteps, against, stepFaults, readOnly, answers, tested, onTested])
  return (
    <StepContext value={place}>
      {props.children}
      <ConnectionDrawer
        opened={connecting !== undefined}
        type={spec.connections[0]}
        name={connecting?.name}
        onClose={() => setConnecting(undefined)}
        onSaved={({ name }) => {
          setConnecting(undefined)
          if (name !== step.connection) place.change({ connection: name })
        }}
      />
    </StepContext>
  )
}
