import { Textarea } from '@mantine/core'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'

/** A condition that is a setting of a step, such as that of Stop unless. */
export function ConditionField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const value = step.with?.[field.name]
  return (
    <Textarea
      label={field.title}
      description={field.description}
      required={field.required}
      readOnly={readOnly}
      autosize
      error={faultText(faults, `with.${field.name}`)}
      value={typeof value === 'string' ? value : ''}
      onChange={(e) => set(field.name, e.currentTarget.value)}
    />
  )
}
