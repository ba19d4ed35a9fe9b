import { Button, Group, Text } from '@mantine/core'
import { MaskedSecret } from '@/components/MaskedSecret'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { useNow } from '@/components/time'
import type { Token } from './queries'
import { scopes } from './roles'

/** An access token in the list. */
export function TokenRow({ token, phone, onEnd }: { token: Token; phone: boolean; onEnd: () => void }) {
  const { name, last4, scope, lastUsed, expiresAt } = token
  const used = lastUsed === null ? 'Never' : <TimeAgo at={lastUsed} />
  const end = (
    <Button size="xs" variant="default" onClick={onEnd} aria-label={`End ${name}`}>
      End
    </Button>
  )
  if (phone) {
    return (
      <>
        <div>
          <Text fw={500} truncate title={name}>
            <bdi>{name}</bdi>
          </Text>
          <Text size="xs" c="dimmed" truncate component="div">
            {scopes[scope].label} · {lastUsed === null ? 'never used' : <TimeAgo at={lastUsed} />}
          </Text>
        </div>
        {end}
      </>
    )
  }
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Text fw={500} truncate title={name}>
          <bdi>{name}</bdi>
        </Text>
        <MaskedSecret last4={last4} />
      </Group>
      <Text>{scopes[scope].label}</Text>
      <Text c="dimmed">{used}</Text>
      <Ends at={expiresAt} />
      {end}
    </>
  )
}

function Ends({ at }: { at: string | null }) {
  const now = useNow()
  if (at === null) return <Text c="dimmed">Never</Text>
  if (Date.parse(at) <= now) return <StatusBadge status={{ role: 'neutral', word: 'Ended' }} />
  return (
    <Text c="dimmed">
      <TimeAgo at={at} ahead />
    </Text>
  )
}
