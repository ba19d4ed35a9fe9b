import { Group, Stack, Text } from '@mantine/core'
import { RuleLinks } from '@/components/RuleLinks'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { type Connection, connectionStatus } from './queries'

/** How a connection does, when it was used, and by what. */
export function ConnectionFacts({ connection }: { connection: Connection }) {
  const { lastUsed, lastError, usedBy, alerts } = connection
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <StatusBadge status={{ ...connectionStatus(connection), detail: undefined }} />
        {lastUsed !== null && (
          <Text c="dimmed">
            Last used <TimeAgo at={lastUsed} />
          </Text>
        )}
      </Group>
      {lastError !== '' && <Text>{lastError}</Text>}
      <Text c="dimmed" component="div">
        {usedBy.length === 0 ? 'No rule uses it.' : 'Used by '}
        <RuleLinks rules={usedBy} />
        {alerts && ' Alerts go through it.'}
      </Text>
    </Stack>
  )
}
