import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Bytes } from '@/components/format'
import { visible } from '@/components/json/flatten'
import { StatusBadge } from '@/components/StatusBadge'
import { eventStatus, originStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import classes from './events.module.css'
import { outcomeText } from './outcome'
import { type EventSummary, titleOf } from './queries'

export const eventColumns = 'minmax(0, 5fr) minmax(0, 6fr) 128px 64px 88px'
/** Beside an open event there is no room for the inbox and the size. */
export const narrowColumns = 'minmax(0, 5fr) minmax(0, 6fr) 84px'

export function EventHeader({ narrow }: { narrow: boolean }) {
  return (
    <>
      <span>Event</span>
      <span>What became of it</span>
      {!narrow && <span>Inbox</span>}
      {!narrow && <span className="number">Size</span>}
      <span className="number">Received</span>
    </>
  )
}

interface Props {
  event: EventSummary
  phone: boolean
  narrow: boolean
  inboxTitle: (name: string) => string
}

/** An event in a list: what it is, what became of it and why, where it came to, when. */
export function EventRow({ event, phone, narrow, inboxTitle }: Props) {
  const time = (
    <Text c="dimmed" fz={phone ? 'xs' : 'sm'} className="number" component="div">
      <TimeAgo at={event.receivedAt} />
    </Text>
  )
  const inbox = <bdi>{inboxTitle(event.inbox)}</bdi>
  if (phone) {
    return (
      <>
        <EventTitle event={event} />
        {time}
        <Outcome event={event} small />
        <Text c="dimmed" truncate maw={112} fz="xs">
          {inbox}
        </Text>
      </>
    )
  }
  return (
    <>
      <EventTitle event={event} />
      <Outcome event={event} />
      {!narrow && (
        <Text c="dimmed" truncate>
          {inbox}
        </Text>
      )}
      {!narrow && (
        <Text c="dimmed" className="number" component="div">
          <Bytes value={event.size} />
        </Text>
      )}
      {time}
    </>
  )
}

function EventTitle({ event }: { event: EventSummary }) {
  const origin = originStatus(event.origin)
  return (
    <Group gap="xs" wrap="nowrap">
      {origin && <span className={classes.edge} aria-hidden />}
      {origin && (
        <span className={classes.badge}>
          <StatusBadge status={origin} />
        </span>
      )}
      <Text truncate component="span">
        <Link to="/events/$id" params={{ id: event.id }} search={(old) => old} className="rowLink">
          <bdi>{titleOf(event)}</bdi>
        </Link>
        {event.summary !== '' && event.type !== '' && (
          <Text span c="dimmed" ml="xs">
            <bdi>{visible(event.type)}</bdi>
          </Text>
        )}
      </Text>
    </Group>
  )
}

function Outcome({ event, small = false }: { event: EventSummary; small?: boolean }) {
  const { role, word } = eventStatus(event)
  const text = outcomeText(event)
  return (
    <Group gap="xs" wrap="nowrap">
      <span className={classes.badge}>
        <StatusBadge status={{ role, word }} plain />
      </span>
      <Text truncate c="dimmed" title={text} fz={small ? 'xs' : 'sm'}>
        <bdi>{text}</bdi>
      </Text>
    </Group>
  )
}
