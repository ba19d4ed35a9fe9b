import { Button, Group, NativeSelect, NumberInput } from '@mantine/core'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TemplateField } from './TemplateField'

const units = [
  { value: 's', label: 'seconds' },
  { value: 'm', label: 'minutes' },
  { value: 'h', label: 'hours' },
  { value: 'd', label: 'days' },
]

/** A length of time as a number and a unit; what is not of that form is text, with fields. */
export function DurationField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const value = step.with?.[field.name]
  const text = typeof value === 'string' ? value : ''
  const parts = /^(\d*)([smhd])$/.exec(text === '' ? 'm' : text)
  if (parts === null) return <TemplateField field={field} />
  const [, count = '', unit = 'm'] = parts
  return (
    <Group align="flex-end" gap="xs">
      <NumberInput
        label={field.title}
        required={field.required}
        min={0}
        allowDecimal={false}
        allowNegative={false}
        w={120}
        readOnly={readOnly}
        error={faultText(faults, `with.${field.name}`)}
        value={count === '' ? '' : Number(count)}
        onChange={(n) => set(field.name, n === '' ? undefined : `${n}${unit}`)}
      />
      <NativeSelect
        aria-label={`Unit of ${field.title}`}
        data={units}
        disabled={readOnly}
        value={unit}
        onChange={(e) => set(field.name, `${count === '' ? '1' : count}${e.currentTarget.value}`)}
      />
      {!field.literal && !readOnly && (
        <Button variant="subtle" size="xs" onClick={() => set(field.name, `{{ }}`)}>
          Use a field
        </Button>
      )}
    </Group>
  )
}
