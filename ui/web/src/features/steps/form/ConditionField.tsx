import { Input, Text } from '@mantine/core'
import { ConditionEditor } from '@/features/conditions'
import { faultsAt } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'

/** A condition that is a setting of a step, such as that of Stop unless. */
export function ConditionField({ field }: { field: StepField }) {
  const { step, change, against, faults, readOnly } = useStep()
  const value = step.with?.[field.name]
  const location = `with.${field.name}`
  const expression = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)
  return (
    <Input.Wrapper label={field.title} description={field.description} required={field.required} labelElement="div">
      <ConditionEditor
        label={field.title}
        expression={expression}
        onChange={(made, edit) => change({ with: { ...step.with, [field.name]: made } }, edit?.join)}
        against={against}
        faults={faultsAt(faults, location)}
        readOnly={readOnly}
      />
      {expression !== '' && !/\bsteps\./.test(expression) && (
        <Text size="xs" c="dimmed">
          This looks at the event alone. Under Only if it would keep the rule from starting.
        </Text>
      )}
    </Input.Wrapper>
  )
}
