import { Link } from '@tanstack/react-router'
import { bytesText } from '@/components/format'
import { visible } from '@/components/json/flatten'
import { StatusBadge } from '@/components/StatusBadge'
import { eventStatus, originStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import classes from './EventRow.module.css'
import { outcomeText } from './outcome'
import { type EventSummary, titleOf } from './queries'

export const eventColumns = 'minmax(0, 5fr) minmax(0, 6fr) 128px 64px 88px'
/** On a tablet the size is what can be missed. */
export const tabletColumns = 'minmax(0, 4fr) minmax(0, 5fr) 112px 88px'
/** Beside an open event there is no room for the inbox and the size; on the page of an inbox it is known. */
export const narrowColumns = 'minmax(0, 5fr) minmax(0, 6fr) 84px'

export function EventHeader({ narrow, sized = !narrow }: { narrow: boolean; sized?: boolean }) {
  return (
    <>
      <span>Event</span>
      <span>What became of it</span>
      {!narrow && <span>Inbox</span>}
      {sized && <span className="number">Size</span>}
      <span className="number">Received</span>
    </>
  )
}

interface Props {
  event: EventSummary
  phone: boolean
  narrow: boolean
  /** There is room for how large it is. */
  sized?: boolean
  inboxTitle: (name: string) => string
}

/**
 * An event in a list: what it is, what became of it and why, where it came to, when. Rows
 * are made by the hundred while somebody scrolls, hence the plain elements.
 */
export function EventRow({ event, phone, narrow, sized = !narrow, inboxTitle }: Props) {
  const time = (
    <span className={`number ${classes.second}`}>
      <TimeAgo at={event.receivedAt} />
    </span>
  )
  const inbox = (
    <span className={`${classes.cut} ${classes.second}`}>
      <bdi>{inboxTitle(event.inbox)}</bdi>
    </span>
  )
  if (phone) {
    return (
      <>
        <EventTitle event={event} />
        {time}
        <span className={narrow ? classes.whole : undefined}>
          <Outcome event={event} />
        </span>
        {!narrow && inbox}
      </>
    )
  }
  return (
    <>
      <EventTitle event={event} />
      <Outcome event={event} />
      {!narrow && inbox}
      {sized && (
        <span className={`number ${classes.second}`} title={`${event.size.toLocaleString()} bytes`}>
          {bytesText(event.size)}
        </span>
      )}
      {time}
    </>
  )
}

function EventTitle({ event }: { event: EventSummary }) {
  const origin = originStatus(event.origin)
  return (
    <span className={classes.cell}>
      {origin && <span className={classes.edge} aria-hidden />}
      {origin && (
        <span className={classes.badge}>
          <StatusBadge status={origin} />
        </span>
      )}
      <span className={classes.cut}>
        <Link to="/events/$id" params={{ id: event.id }} search={(old) => old} className="rowLink">
          <bdi>{titleOf(event)}</bdi>
        </Link>
        {event.summary !== '' && event.type !== '' && (
          <span className={`${classes.second} ${classes.apart}`}>
            <bdi>{visible(event.type)}</bdi>
          </span>
        )}
      </span>
    </span>
  )
}

function Outcome({ event }: { event: EventSummary }) {
  const { role, word } = eventStatus(event)
  const text = outcomeText(event)
  return (
    <span className={classes.cell}>
      <span className={classes.state}>
        <StatusBadge status={{ role, word }} plain />
      </span>
      <span className={`${classes.cut} ${classes.second}`} title={text}>
        <bdi>{text}</bdi>
      </span>
    </span>
  )
}
