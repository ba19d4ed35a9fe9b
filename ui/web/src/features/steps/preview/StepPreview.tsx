import { Alert, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Schemas } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import type { Against } from '@/features/conditions'
import { actionsQuery } from '../actions'
import { answersBefore } from './examples'
import { PreviewFaults } from './PreviewFaults'
import { Shown } from './Shown'
import { usePreview } from './usePreview'
import classes from './preview.module.css'

export interface StepPreviewProps {
  rule: Schemas['RuleInput']
  stepKey: string
  /** Of the rule. */
  against: Against
  /** Answers of tests by the step's key. */
  outputs: Readonly<Record<string, unknown>>
}

/** What a step would send for the sample, as whoever gets it will see it. */
export function StepPreview({ rule, stepKey, against, outputs }: StepPreviewProps) {
  const specs = useQuery(actionsQuery)
  const steps = useMemo(() => rule.steps ?? [], [rule.steps])
  const index = steps.findIndex((s) => s.key === stepKey)
  const step = steps[index]
  const answers = useMemo(
    () => answersBefore(steps, index, outputs, specs.data ?? []),
    [steps, index, outputs, specs.data],
  )
  const { data, error, isPending, behind, refetch } = usePreview(rule, stepKey, against, answers.outputs)
  if (step === undefined) return <Text c="dimmed">Open a step to see what it would send.</Text>
  const refused = error instanceof ProblemError && error.status === 422
  return (
    <section aria-label={`Preview of step ${index + 1}`} aria-busy={behind}>
      <Stack gap="sm">
        <div className={classes.top}>
          <Text fw={600}>Step {index + 1}</Text>
          <StatusBadge status={{ role: 'neutral', word: 'Nothing is sent' }} />
        </div>
        {refused && (
          <PreviewFaults
            error={error}
            step={step}
            index={index}
            spec={specs.data?.find((s) => s.type === step.action)}
          />
        )}
        {error !== null && !refused && (
          <ErrorAlert error={error} title="There is no preview." retry={() => void refetch()} />
        )}
        {isPending && <CardSkeleton height={140} />}
        {data !== undefined && error === null && (
          <>
            {data.skipped !== '' && (
              <Alert
                color="gray"
                variant="light"
                title={(data.items ?? 0) > 1 ? 'Nothing would be sent for the first one' : 'Nothing would be sent'}
              >
                {data.skipped}
              </Alert>
            )}
            {answers.examples.length > 0 && <ExampleNote steps={steps} keys={answers.examples} />}
            {(data.items ?? 0) > 1 && <Text c="dimmed">This happens {data.items} times. The first one is shown.</Text>}
            {data.kind !== '' && <Shown preview={data} step={step} />}
            {data.truncated && <Text c="dimmed">Only the beginning is shown.</Text>}
          </>
        )}
      </Stack>
    </section>
  )
}

function ExampleNote({ steps, keys }: { steps: readonly Schemas['Step'][]; keys: readonly string[] }) {
  const numbers = keys.map((key) => steps.findIndex((s) => s.key === key) + 1)
  return (
    <div className={classes.example}>
      <StatusBadge status={{ role: 'draft', word: 'Example answer' }} />
      <Text size="xs" c="dimmed">
        {numbers.length === 1 ? 'Step' : 'Steps'} {numbers.join(' and ')} did not run yet: values from there are
        examples. Send a test there to see real ones.
      </Text>
    </div>
  )
}
