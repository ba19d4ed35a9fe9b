import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { connectionsQuery, connectionTypesQuery } from '../connections'
import { faultText } from '../faults'
import { settingId, useStep } from '../useStep'

/** Chooses which account a step uses. */
export function ConnectionField() {
  const { step, spec, change, faults, readOnly } = useStep()
  const connections = useQuery(connectionsQuery)
  const types = useQuery(connectionTypesQuery)
  const title = types.data?.find((t) => t.type === spec.connections[0])?.title ?? ''
  const fitting = (connections.data ?? []).filter((c) => spec.connections.includes(c.type))
  const gone = step.connection && connections.data && !fitting.some((c) => c.name === step.connection)
  return (
    <div id={settingId(step.key, 'connection')}>
      <Select
        label={`${title} connection`.trim()}
        description={spec.needConnection ? undefined : 'The account to sign in with, where the other side wants one.'}
        required={spec.needConnection}
        placeholder={spec.needConnection ? 'Choose a connection' : 'None'}
        clearable={!spec.needConnection}
        clearButtonProps={{ 'aria-label': 'Use no connection' }}
        readOnly={readOnly}
        searchable={fitting.length > 8}
        error={
          faultText(faults, 'connection') ??
          (gone ? `The connection "${step.connection}" is not there any more. Choose another one.` : undefined)
        }
        data={fitting.map((c) => ({ value: c.name, label: c.title || c.name }))}
        value={step.connection ?? null}
        onChange={(name) => change({ connection: name ?? undefined })}
      />
    </div>
  )
}
