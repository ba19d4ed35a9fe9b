import { Stack, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { ActionMenu } from './ActionMenu'
import { actionsQuery } from './actions'
import { AddStep } from './AddStep'
import type { Against, Edit } from '@/features/conditions'
import type { Step } from './edit'
import { StepCard } from './StepCard'
import type { Test } from './test/test'
import { useStepEdits } from './useStepEdits'
import classes from './steps.module.css'

export interface StepListProps {
  /** The whole edit: previews and tests need it. */
  rule: Schemas['RuleInput']
  onSteps: (steps: Step[], edit?: Edit) => void
  /** Of the rule; steps add their scope. */
  against: Against
  /** Answers of tests by the step's key, kept while the page is open. */
  outputs: Readonly<Record<string, unknown>>
  onOutput: (key: string, value: unknown) => void
  /** Of the draft; those of steps begin with steps[0]. */
  faults: readonly Schemas['ProblemField'][]
  /** The key of the open step. */
  current?: string | undefined
  onCurrent: (key: string | undefined) => void
  readOnly?: boolean
}

/** What a rule does, step by step: cards that open into forms. */
export function StepList(props: StepListProps) {
  const { rule, readOnly = false } = props
  const steps = rule.steps ?? []
  const specs = useQuery(actionsQuery)
  const [addingAt, setAddingAt] = useState<number>()
  const [tests, setTests] = useState<Readonly<Record<string, Test>>>({})
  const edits = useStepEdits(props)
  if (specs.data === undefined) {
    return specs.error ? (
      <ErrorAlert error={specs.error} retry={() => void specs.refetch()} />
    ) : (
      <CardSkeleton height={120} />
    )
  }
  return (
    <Stack gap={0}>
      {steps.map((step, index) => (
        <Fragment key={step.key}>
          {index > 0 && !readOnly && <AddStep between at={index} onAdd={setAddingAt} edits={edits} />}
          {index > 0 && readOnly && <div className={classes.gap} />}
          <StepCard
            {...props}
            readOnly={readOnly}
            step={step}
            index={index}
            spec={specs.data.find((s) => s.type === step.action)}
            specs={specs.data}
            edits={edits}
            tested={tests[step.key]}
            onTested={(test) => {
              setTests((all) => ({ ...all, [step.key]: test }))
              if (test.result.done && test.result.error === '') props.onOutput(step.key, test.result.output)
            }}
          />
        </Fragment>
      ))}
      {!readOnly && <AddStep at={steps.length} onAdd={setAddingAt} edits={edits} />}
      {readOnly && steps.length === 0 && <span className={classes.second}>Nothing yet.</span>}
      <ActionMenu
        specs={specs.data}
        at={addingAt}
        against={props.against}
        onClose={() => setAddingAt(undefined)}
        onChosen={(spec, made) => {
          setAddingAt(undefined)
          edits.add(addingAt ?? steps.length, spec, made)
        }}
      />
      <VisuallyHidden role="status">{edits.said}</VisuallyHidden>
    </Stack>
  )
}
