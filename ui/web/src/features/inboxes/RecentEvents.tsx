import { Anchor, Button, Card, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useInboxTitle } from '@/api/inboxes'
import { useMay } from '@/api/session'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { EventHeader, EventRow, narrowColumns } from '@/features/events'
import { recentQuery } from './queries'

/** The newest events of an inbox; new ones come by themselves. */
export function RecentEvents({ name }: { name: string }) {
  const { data, error, isPending, refetch } = useQuery(recentQuery(name))
  const may = useMay('change')
  const inboxTitle = useInboxTitle()
  const newest = data?.items.find((event) => event.verdict === 'accepted')
  return (
    <Card component="section" aria-labelledby="recent">
      <Group justify="space-between" gap="sm" mb="sm">
        <Title order={2} id="recent">
          Recent events
        </Title>
        <Group gap="md">
          <Anchor component={Link} to="/events" search={{ inbox: name } as never}>
            See all in Activity
          </Anchor>
          {may && newest && (
            <Button component={Link} to="/rules/new" search={{ event: newest.id } as never}>
              {data?.items.length === 1 ? 'Make a rule from this event' : 'Make a rule from the newest'}
            </Button>
          )}
        </Group>
      </Group>
      <ErrorAlert error={error} title="The events could not be loaded." retry={() => void refetch()} />
      {isPending && <ListSkeleton rows={4} />}
      {data?.items.length === 0 && <Text c="dimmed">Nothing has come in yet.</Text>}
      {data && data.items.length > 0 && (
        <DataList
          label="Recent events"
          items={data.items}
          keyOf={(event) => event.id}
          columns={narrowColumns}
          header={<EventHeader narrow />}
          row={(event, phone) => <EventRow event={event} phone={phone} narrow inboxTitle={inboxTitle} />}
        />
      )}
    </Card>
  )
}
