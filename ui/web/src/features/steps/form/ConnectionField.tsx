import { Button, Group, Select } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { connectionsQuery, connectionTitle, connectionTypesQuery } from '@/features/connections'
import { faultText } from '../faults'
import { settingId, useStep } from '../useStep'
import classes from './form.module.css'

/** Chooses which account a step uses, or makes a new one on the spot. */
export function ConnectionField() {
  const { step, spec, change, connect, faults, readOnly } = useStep()
  const connections = useQuery(connectionsQuery)
  const types = useQuery(connectionTypesQuery)
  const [type = ''] = spec.connections
  const title = types.data?.items.find((t) => t.type === type)?.title ?? ''
  const fitting = (connections.data?.items ?? []).filter((c) => spec.connections.includes(c.type))
  const gone = step.connection && connections.data && !fitting.some((c) => c.name === step.connection)
  return (
    <Group id={settingId(step.key, 'connection')} gap="xs" align="flex-end">
      <Select
        label={`${title} connection`.trim()}
        description={spec.needConnection ? undefined : 'The account to sign in with, where the other side wants one.'}
        required={spec.needConnection}
        placeholder={spec.needConnection ? 'Choose a connection' : 'None'}
        clearable={!spec.needConnection}
        clearButtonProps={{ 'aria-label': 'Use no connection' }}
        allowDeselect={!spec.needConnection}
        readOnly={readOnly}
        searchable={fitting.length > 8}
        nothingFoundMessage="No connection of this name"
        className={classes.rest}
        miw={200}
        error={
          faultText(faults, 'connection') ??
          (gone ? `The connection “${step.connection}” is not there any more. Choose another one.` : undefined)
        }
        data={fitting.map((c) => ({ value: c.name, label: connectionTitle(c) }))}
        value={step.connection ?? null}
        onChange={(name) => change({ connection: name ?? undefined })}
      />
      {!readOnly && (
        <Button variant="default" leftSection={<IconPlus size={14} aria-hidden="true" />} onClick={() => connect()}>
          New {title} connection
        </Button>
      )}
    </Group>
  )
}
