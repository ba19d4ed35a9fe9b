import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { FieldPicker } from '@/features/conditions'
import { faultText } from '../faults'
import { LengthInput } from '../options/LengthInput'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TemplateField } from './TemplateField'

/** A length of time, or a text with a field that holds one. */
export function DurationField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly, against } = useStep()
  const [picking, setPicking] = useState(false)
  const value = step.with?.[field.name]
  const text = typeof value === 'string' ? value : ''
  if (text.includes('{{')) return <TemplateField field={field} />
  return (
    <Group align="flex-end" gap="xs">
      <LengthInput
        label={field.title}
        value={text}
        required={field.required}
        readOnly={readOnly}
        error={faultText(faults, `with.${field.name}`)}
        onChange={(length) => set(field.name, length)}
      />
      {!field.literal && !readOnly && (
        <FieldPicker
          against={against}
          opened={picking}
          onClose={() => setPicking(false)}
          onPick={({ path }) => set(field.name, `{{ ${path} }}`)}
        >
          <Button variant="subtle" onClick={() => setPicking(true)}>
            Use a field
          </Button>
        </FieldPicker>
      )}
    </Group>
  )
}
