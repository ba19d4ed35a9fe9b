import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { visible } from '@/components/json/flatten'
import { StatusBadge } from '@/components/StatusBadge'
import { eventStatus, originStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import classes from './events.module.css'
import { type EventSummary, titleOf } from './queries'

export const eventColumns = '176px minmax(0, 1fr) 160px 96px'
/** Beside an open event there is no room for the inbox. */
export const narrowColumns = '152px minmax(0, 1fr) 84px'

interface Props {
  event: EventSummary
  phone: boolean
  narrow: boolean
}

/** An event in a list: what became of it, what it is, where it came to, when. */
export function EventRow({ event, phone, narrow }: Props) {
  const origin = originStatus(event.origin)
  const status = <StatusBadge status={eventStatus(event)} plain />
  const title = (
    <Group gap="xs" wrap="nowrap">
      {origin && <span className={classes.edge} aria-hidden />}
      {origin && (
        <span style={{ flex: 'none' }}>
          <StatusBadge status={origin} />
        </span>
      )}
      <Text truncate component="span">
        <Link to="/events/$id" params={{ id: event.id }} search={(old) => old} className="rowLink">
          <bdi>{titleOf(event)}</bdi>
        </Link>
        {event.summary !== '' && event.type !== '' && (
          <Text span c="dimmed" ml="xs" fz="sm">
            <bdi>{visible(event.type)}</bdi>
          </Text>
        )}
      </Text>
    </Group>
  )
  if (phone) {
    return (
      <>
        {title}
        <TimeAgo at={event.receivedAt} />
        {status}
        <Text c="dimmed" truncate maw={140} fz="sm">
          <bdi>{event.inbox}</bdi>
        </Text>
      </>
    )
  }
  return (
    <>
      {status}
      {title}
      {!narrow && (
        <Text c="dimmed" truncate>
          <bdi>{event.inbox}</bdi>
        </Text>
      )}
      <TimeAgo at={event.receivedAt} />
    </>
  )
}
