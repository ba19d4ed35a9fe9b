import { NativeSelect, Stack } from '@mantine/core'
import { useState } from 'react'
import { useStep } from '../useStep'
import { FieldControl } from './FieldControl'
import type { StepField } from './fields'

/** Several settings of which only one is filled in, such as what a request carries. */
export function OneOfField({ title, fields }: { title: string; fields: readonly StepField[] }) {
  const { step, change, readOnly } = useStep()
  const filled = fields.filter((f) => step.with?.[f.name] !== undefined)
  const [chosen, setChosen] = useState<string>()
  const shown = filled.length > 0 ? filled : fields.filter((f) => f.name === chosen)
  const choose = (name: string) => {
    setChosen(name)
    const before = filled[0] && step.with?.[filled[0].name]
    const others = Object.entries(step.with ?? {}).filter(([key]) => !fields.some((f) => f.name === key))
    const to = fields.find((f) => f.name === name)
    const kept = typeof before === 'string' && to?.kind !== 'pairs' && to?.kind !== 'duration' && to?.kind !== 'time'
    change({ with: { ...Object.fromEntries(others), ...(kept && to !== undefined ? { [to.name]: before } : {}) } })
  }
  return (
    <Stack gap="sm">
      <NativeSelect
        label={title}
        disabled={readOnly}
        value={shown[0]?.name ?? ''}
        data={[{ value: '', label: 'Nothing' }, ...fields.map((f) => ({ value: f.name, label: f.title }))]}
        onChange={(e) => choose(e.currentTarget.value)}
      />
      {shown.map((field) => (
        <FieldControl key={field.name} field={field} />
      ))}
    </Stack>
  )
}
