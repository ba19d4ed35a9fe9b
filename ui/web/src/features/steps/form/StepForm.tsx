import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { connectionsQuery } from '@/features/connections'
import { fixesChannel } from '../connections'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import { ConnectionField } from './ConnectionField'
import { Fields } from './Fields'
import { fieldsOf } from './fields'
import { MoreOptions } from '../options/MoreOptions'
import { SendTest } from '../test/SendTest'

/** The settings of a step, drawn from the schema of its action. */
export function StepForm() {
  const { step, spec, faults, readOnly } = useStep()
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
      {spec.needConnection && <ConnectionField />}
      {general !== undefined && <div role="alert">{general}</div>}
      <Fields fields={shown.filter((f) => !f.advanced)} />
      {!spec.needConnection && spec.connections.length > 0 && <ConnectionField />}
      <MoreOptions fields={shown.filter((f) => f.advanced)} />
      {!spec.flow && !readOnly && <SendTest />}
    </Stack>
  )
}
