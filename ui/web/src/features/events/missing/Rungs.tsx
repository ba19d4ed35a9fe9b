import { Anchor, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Schemas } from '@/api/client'
import { inboxListQuery, useInboxTitle } from '@/api/inboxes'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import { StatusIcon } from '@/components/StatusIcon'
import { eventStatus, type StatusRole } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import { outcomeText } from '../outcome'
import { type EventSummary, titleOf } from '../queries'
import type { Expected } from './findExpected'
import { expectedQuery } from './queries'

interface Props {
  expected: string
  within: string
  /** Where it should have come to; empty where any inbox will do. */
  inboxes: readonly string[]
}

/** The first two questions on the way of an event; the others are answered where the event is. */
export function Rungs({ expected, within, inboxes }: Props) {
  const { data, error, isPending, refetch } = useQuery(expectedQuery(expected, within, inboxes))
  const boxes = useQuery(inboxListQuery).data?.items ?? []
  const again = () => void refetch()
  if (isPending) return <ListSkeleton rows={3} retry={again} />
  if (data === undefined) return <ErrorAlert error={error} title="It could not be looked for." retry={again} />
  const here = (name: string) => inboxes.length === 0 || inboxes.includes(name)
  const { found, elsewhere } = data
  return (
    <Stack gap="lg" aria-live="polite">
      <Rung title="Did it arrive?" met={found.length > 0}>
        {found.length > 0 ? (
          <Text>
            Yes: {countText(found.length, 'event')} with “{expected}”.
          </Text>
        ) : (
          <NotArrived expected={expected} boxes={boxes.filter((box) => here(box.name))} elsewhere={elsewhere} />
        )}
        <HowFar data={data} />
      </Rung>
      {found.length > 0 && (
        <Rung title="Was it accepted?" met={found.some((e) => e.verdict === 'accepted')}>
          {found.map((event) => (
            <Found key={event.id} event={event} />
          ))}
        </Rung>
      )}
    </Stack>
  )
}

function Rung({ title, met, children }: { title: string; met: boolean; children: ReactNode }) {
  const role: StatusRole = met ? 'good' : 'unsure'
  return (
    <section>
      <Title order={3} mb={4} style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
        <StatusIcon role={role} />
        {title}
      </Title>
      <Stack gap="xs" pl={22}>
        {children}
      </Stack>
    </section>
  )
}

/** What was not looked at may still be what is missing. */
function HowFar({ data: { found, looked, until } }: { data: Expected }) {
  if (until === undefined) return null
  return (
    <Text c="dimmed">
      {found.length > 0 ? 'These are the newest. ' : ''}
      {until === null ? (
        'The data of older events was not looked into, only their names.'
      ) : (
        <>
          Looked at {countText(looked, 'event')} with it, back to <TimeAgo at={until} />. There may be older ones.
        </>
      )}
    </Text>
  )
}

interface NotArrivedProps {
  expected: string
  boxes: readonly Schemas['Inbox'][]
  elsewhere: number
}

function NotArrived({ expected, boxes, elsewhere }: NotArrivedProps) {
  return (
    <>
      <Text>
        No event with “{expected}” came in that time.{' '}
        {elsewhere > 0 && `It came to another inbox, ${countText(elsewhere, 'time')}.`}
      </Text>
      {boxes.map(({ name, title, ledger, refused }) => (
        <Text key={name} component="div">
          <bdi>{title || name}</bdi>:{' '}
          {!ledger.lastAt ? (
            'nothing has come in yet.'
          ) : (
            <>
              last event <TimeAgo at={ledger.lastAt} />.
            </>
          )}{' '}
          <Anchor underline="always" renderRoot={(props) => <Link to="/inboxes/$name" params={{ name }} {...props} />}>
            Check the address in the other app
          </Anchor>
          {refused.today > 0 && (
            <>
              {' · '}
              <Anchor
                underline="always"
                renderRoot={(props) => (
                  <Link to="/events" search={{ inbox: name, result: 'rejected' } as never} {...props} />
                )}
              >
                {countText(refused.today, 'refused request')} may be it
              </Anchor>
            </>
          )}
        </Text>
      ))}
      <Anchor underline="always" renderRoot={(props) => <Link to="/settings/health" {...props} />}>
        Health check
      </Anchor>
    </>
  )
}

function Found({ event }: { event: EventSummary }) {
  const inboxTitle = useInboxTitle()
  const { role, word } = eventStatus(event)
  const why = outcomeText(event)
  return (
    <Stack gap="xs" align="flex-start">
      <Text truncate maw="100%">
        <Anchor
          underline="always"
          renderRoot={(props) => (
            <Link to="/events/$id" params={{ id: event.id }} search={{ tab: 'rules' } as never} {...props} />
          )}
        >
          <bdi>{titleOf(event)}</bdi>
        </Anchor>
      </Text>
      <Text c="dimmed" component="div" fz="xs">
        <bdi>{inboxTitle(event.inbox)}</bdi> · <TimeAgo at={event.receivedAt} />
      </Text>
      <StatusBadge status={{ role, word }} plain />
      {why !== '' && <Text>{why}</Text>}
    </Stack>
  )
}
