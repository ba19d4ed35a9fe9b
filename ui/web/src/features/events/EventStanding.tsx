import { Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useInboxTitle } from '@/api/inboxes'
import { StatusBadge } from '@/components/StatusBadge'
import { eventStatus, originStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import type { EventSummary } from './queries'

/** What became of an event, where it came to and when; and what can be done where it was not taken. */
export function EventStanding({ event }: { event: EventSummary }) {
  const origin = originStatus(event.origin)
  const inboxTitle = useInboxTitle()
  const { role, word } = eventStatus(event)
  return (
    <>
      <Group gap="xs" mb="xs">
        <StatusBadge status={{ role, word }} />
        {origin && <StatusBadge status={origin} />}
        <Text c="dimmed" component="span">
          <bdi>{inboxTitle(event.inbox)}</bdi> · <TimeAgo at={event.receivedAt} />
        </Text>
      </Group>
      <Reason event={event} />
      {event.parentId !== '' && <FromList list={event.parentId} />}
    </>
  )
}

function FromList({ list }: { list: string }) {
  return (
    <Text mb="xs">
      It came as one item of a list.{' '}
      <Anchor underline="always" renderRoot={(props) => <Link to="/events/$id" params={{ id: list }} {...props} />}>
        Open the whole delivery
      </Anchor>
    </Text>
  )
}

const id = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/

function Reason({ event }: { event: EventSummary }) {
  const { verdict, reason, items } = event
  if (items > 0) return reason === '' ? null : <Text mb="xs">{reason}</Text>
  if (verdict === 'accepted') return reason === '' ? null : <Text mb="xs">{reason}</Text>
  const inbox: string = `/inboxes/${event.inbox}`
  if (verdict === 'duplicate') {
    const first = id.exec(reason)?.[0]
    const page: string = `/events/${first}`
    return (
      <Text mb="xs">
        Repeat of an event that was received before. Ignored, as this inbox is set to.{' '}
        {first !== undefined && (
          <Anchor underline="always" renderRoot={(props) => <Link to={page} {...props} />}>
            Open the first one
          </Anchor>
        )}
      </Text>
    )
  }
  return (
    <Text mb="xs">
      {reason}
      {verdict === 'rejected' && ' No rule was asked about it.'}{' '}
      <Anchor underline="always" renderRoot={(props) => <Link to={inbox} {...props} />}>
        {verdict === 'held' ? 'Open the inbox' : 'See how this inbox checks its senders'}
      </Anchor>
    </Text>
  )
}
