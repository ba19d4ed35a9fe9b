import { Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Against } from '@/features/conditions'
import { StepPreview } from '@/features/steps'
import type { RuleInput } from '../edit'
import { actionsQuery } from '../queries'

interface Props {
  rule: RuleInput
  /** The step that is open in the rule: it is the one to be seen. */
  current: string | undefined
  against: Against
  outputs: Readonly<Record<string, unknown>>
}

/** What one of the steps would send for the sample. */
export function PreviewTab({ rule, current, against, outputs }: Props) {
  const { data } = useQuery(actionsQuery)
  const [chosen, setChosen] = useState({ key: current, of: current })
  // A step that is opened is shown; which one was looked at before does not matter then.
  if (chosen.of !== current) setChosen({ key: current ?? chosen.key, of: current })
  const steps = rule.steps ?? []
  const shown = steps.find((s) => s.key === chosen.key) ?? steps[0]
  if (shown === undefined) return <Text c="dimmed">Add a step to see here what it would send.</Text>
  return (
    <Stack gap="sm">
      {steps.length > 1 && (
        <Select
          aria-label="Step to preview"
          data={steps.map((step, i) => ({
            value: step.key,
            label: `${i + 1}. ${step.name || data?.get(step.action)?.title || step.action}`,
          }))}
          value={shown.key}
          onChange={(key) => key !== null && setChosen({ key, of: current })}
          allowDeselect={false}
        />
      )}
      <StepPreview key={shown.key} rule={rule} stepKey={shown.key} against={against} outputs={outputs} />
    </Stack>
  )
}
