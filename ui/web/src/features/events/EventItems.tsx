import { Anchor, Button, Group, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCalmNews } from '@/api/live'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import { eventStatus } from '@/components/status'
import classes from './events.module.css'
import { outcomeText } from './outcome'
import { type EventDetail, type EventSummary, itemsQuery, titleOf } from './queries'

const calm = 1500 // milliseconds: they are loaded again at most this often

/** The events that the items of a list became. */
export function EventItems({ event }: { event: EventDetail }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    itemsQuery(event.id),
  )
  const again = () => void refetch()
  useCalmNews('run', calm, again)
  if (isPending) return <ListSkeleton rows={3} retry={again} />
  if (data === undefined) return <ErrorAlert error={error} title="The items could not be loaded." retry={again} />
  const items = data.pages.flatMap((page) => page.items)
  const gone = event.items - items.length
  return (
    <>
      <Text c="dimmed" mb="xs">
        It came as a list. Each item became an event of its own, and rules see each by itself.
      </Text>
      <ol className={classes.items} aria-label="Items">
        {items.map((item) => (
          <li key={item.id} className={classes.item}>
            <Item item={item} />
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more items
        </Button>
      )}
      {!hasNextPage && gone > 0 && <Text c="dimmed">{countText(gone, 'item')} no longer kept.</Text>}
    </>
  )
}

function Item({ item }: { item: EventSummary }) {
  const { role, word } = eventStatus(item)
  return (
    <>
      <Group gap="xs">
        <StatusBadge status={{ role, word }} plain />
        <Anchor renderRoot={(props) => <Link to="/events/$id" params={{ id: item.id }} {...props} />}>
          <bdi>{titleOf(item)}</bdi>
        </Anchor>
      </Group>
      <Text c="dimmed">
        <bdi>{outcomeText(item)}</bdi>
      </Text>
    </>
  )
}
