import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { connectionsQuery } from '@/features/connections'
import { fixesChannel } from '../connections'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import { ConnectionField } from './ConnectionField'
import { FieldControl } from './FieldControl'
import { type StepField, fieldsOf } from './fields'
import { OneOfField } from './OneOfField'

/** The settings of a step, drawn from the schema of its action. */
export function StepForm() {
  const { step, spec, faults } = useStep()
  const { data } = useQuery({ ...connectionsQuery, enabled: spec.connections.length > 0 })
  const connection = data?.items.find((c) => c.name === step.connection)
  const fields = useMemo(() => fieldsOf(spec), [spec])
  // With an address of the incoming kind Slack has fixed the channel.
  const shown = fields.filter((f) => !(f.kind === 'channel' && fixesChannel(connection) && !step.with?.[f.name]))
  const general = faultText(
    faults.filter((f) => f.location === '' || f.location === 'with' || f.location === 'action'),
    '',
  )
  return (
    <Stack gap="md">
      {spec.connections.length > 0 && <ConnectionField />}
      {general !== undefined && <div role="alert">{general}</div>}
      <Fields fields={shown.filter((f) => !f.advanced)} />
    </Stack>
  )
}

/** Fields in their order; those of which only one is filled in stand together. */
export function Fields({ fields }: { fields: readonly StepField[] }) {
  const first = new Map<string, StepField>()
  for (const field of fields) if (field.oneOf !== undefined && !first.has(field.oneOf)) first.set(field.oneOf, field)
  return fields.map((field) => {
    if (field.oneOf === undefined) return <FieldControl key={field.name} field={field} />
    if (first.get(field.oneOf) !== field) return null
    return <OneOfField key={field.oneOf} title={field.oneOf} fields={fields.filter((f) => f.oneOf === field.oneOf)} />
  })
}
