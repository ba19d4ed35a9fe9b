import { Anchor, Group, Popover, Text, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { countText } from '@/components/format'
import { FromFile } from '@/components/FromFile'
import { ProviderTile } from '@/components/ProviderTile'
import { RuleLinks } from '@/components/RuleLinks'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { type Connection, connectionStatus, titleOf } from './queries'
import { categoryOf } from './words'

/** A connection in the list. */
export function ConnectionRow({ connection, kind, phone }: { connection: Connection; kind: string; phone: boolean }) {
  const title = titleOf(connection)
  const status = connectionStatus(connection)
  const name = (
    <Group gap="sm" wrap="nowrap">
      <ProviderTile name={kind} category={categoryOf(connection.type)} />
      <div style={{ minWidth: 0 }}>
        <Group gap="xs" wrap="nowrap">
          <Text truncate title={title}>
            <Link
              to="/connections/$name"
              params={{ name: connection.name }}
              search={(old: object) => old}
              className="rowLink"
            >
              <bdi>{title}</bdi>
            </Link>
          </Text>
          {!phone && kind !== title && (
            <Text c="dimmed" truncate style={{ flexShrink: 100 }}>
              {kind}
            </Text>
          )}
          {connection.managed && !phone && <FromFile file={connection.managed} />}
        </Group>
        {phone && (
          <Text size="xs" c="dimmed" truncate>
            {[kind, connection.lastError || usedText(connection)].join(' · ')}
          </Text>
        )}
      </div>
    </Group>
  )
  if (phone) {
    return (
      <>
        {name}
        <StatusBadge status={{ ...status, detail: undefined }} />
      </>
    )
  }
  return (
    <>
      {name}
      <Group gap="xs" wrap="nowrap">
        <StatusBadge status={status} />
        {status.detail !== undefined && (
          <Text c="dimmed" truncate>
            {status.detail}
          </Text>
        )}
      </Group>
      <Uses connection={connection} />
      <Text c="dimmed" ta="end">
        {connection.lastUsed === null ? 'Never' : <TimeAgo at={connection.lastUsed} />}
      </Text>
    </>
  )
}

const usedText = ({ usedBy, alerts }: Connection) =>
  [usedBy.length > 0 ? countText(usedBy.length, 'rule') : '', alerts ? 'alerts' : ''].filter(Boolean).join(', ') ||
  'No rule'

function Uses({ connection }: { connection: Connection }) {
  const { usedBy, alerts } = connection
  const [only, ...others] = usedBy
  if (only === undefined) return <Text c="dimmed">{usedText(connection)}</Text>
  if (others.length === 0) {
    const to: string = `/rules/${only.id}`
    return (
      <Text truncate>
        <Anchor component={Link} to={to} data-above>
          <bdi>{only.name}</bdi>
        </Anchor>
        {alerts && ', alerts'}
      </Text>
    )
  }
  return (
    <div>
      <Popover position="bottom-start" withinPortal trapFocus>
        <Popover.Target>
          <UnstyledButton c="var(--pb-accent)" fz="sm">
            {usedText(connection)}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown maw={320} aria-label={`Rules that use ${titleOf(connection)}`}>
          <RuleLinks rules={usedBy} />
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}
