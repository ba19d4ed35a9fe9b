import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { eventStatus, originStatus } from '@/components/status'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { titleOf } from '@/features/events'
import classes from './RecentEvents.module.css'
import { recentQuery } from './queries'

/** The newest events of an inbox; new ones come by themselves. */
export function RecentEvents({ name }: { name: string }) {
  const { data, error, isPending, refetch } = useQuery(recentQuery(name))
  const may = useMay('change')
  const newest = data?.items.find((event) => event.verdict === 'accepted')
  return (
    <Card component="section" aria-labelledby="recent">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} id="recent">
            Recent events
          </Title>
          <Group gap="md">
            <Anchor component={Link} to="/events" search={{ inbox: name } as never}>
              See all in Activity
            </Anchor>
            {may && newest && (
              <Button component={Link} to="/rules/new" search={{ event: newest.id } as never}>
                Make a rule from {data?.items.length === 1 ? 'this event' : 'the newest event'}
              </Button>
            )}
          </Group>
        </Group>
        <ErrorAlert error={error} title="The events could not be loaded." retry={() => void refetch()} />
        {isPending && <ListSkeleton rows={4} />}
        {data?.items.length === 0 && <Text c="dimmed">Nothing has come in yet.</Text>}
        <ul className={classes.list}>
          {data?.items.map((event) => {
            const origin = originStatus(event.origin)
            return (
              <li key={event.id} className={classes.row} data-sample={origin !== undefined || undefined}>
                <StatusBadge status={eventStatus(event)} />
                <Text truncate className={classes.words}>
                  <Anchor component={Link} to={`/events/${event.id}`}>
                    <bdi>{titleOf(event)}</bdi>
                  </Anchor>
                </Text>
                {origin && <StatusBadge status={origin} />}
                <Text c="dimmed" fz="xs">
                  <TimeAgo at={event.receivedAt} />
                </Text>
              </li>
            )
          })}
        </ul>
      </Stack>
    </Card>
  )
}
