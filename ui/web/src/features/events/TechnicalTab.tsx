import { Anchor, Stack, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { bytesText } from '@/components/format'
import { visible } from '@/components/json/flatten'
import { MaskedSecret } from '@/components/MaskedSecret'
import { fullTime } from '@/components/time'
import classes from './events.module.css'
import type { EventDetail } from './queries'

type Lines = readonly (readonly [name: string, value: string, event?: string])[]

/** How the event came: for people who know what headers are. */
export function TechnicalTab({ event }: { event: EventDetail }) {
  const about: Lines = [
    ['Event id', event.id],
    ['Received', fullTime(Date.parse(event.receivedAt))],
    ['Kind of event', event.type],
    ['Method', event.method],
    ['Path', event.path],
    ['Sender', event.ip],
    ['Sender check', event.verified || 'Nothing was proved'],
    ["Sender's own id", event.deliveryId],
    ['Content type', event.contentType],
    ['Size', bytesText(event.size)],
    ['Copy of', event.originalId, event.originalId],
    ['Part of', event.parentId, event.parentId],
  ]
  return (
    <Stack gap="lg">
      <Table lines={about.filter(([, value]) => value !== '')} />
      {event.query !== '' && (
        <section>
          <Title order={3}>Query</Title>
          <Table lines={[...new URLSearchParams(event.query)]} />
        </section>
      )}
      <section>
        <Title order={3}>Headers</Title>
        <Table lines={event.headers.map((h) => [h.name, h.value])} secret />
      </section>
    </Stack>
  )
}

// What proves who sent something. Of what is a secret by itself only a fingerprint is stored.
const proof = /signature|hmac|^x-.*-sha\d+$/i
const fingerprint = 'hash:'

/** The value of a header, of what proves something no more than its end. */
function Masked({ name, value }: { name: string; value: string }) {
  if (value.startsWith(fingerprint)) return <>Hidden: only a fingerprint is kept</>
  if (proof.test(name)) return <MaskedSecret last4={value.slice(-4)} />
  return <bdi>{visible(value)}</bdi>
}

function Table({ lines, secret = false }: { lines: Lines; secret?: boolean }) {
  return (
    <table className={classes.table}>
      <tbody>
        {lines.map(([name, value, event], i) => (
          <tr key={`${i} ${name}`}>
            <th scope="row">
              <bdi>{visible(name)}</bdi>
            </th>
            <td>
              {event ? (
                <Anchor
                  underline="always"
                  renderRoot={(props) => <Link to="/events/$id" params={{ id: event }} {...props} />}
                >
                  {value}
                </Anchor>
              ) : secret ? (
                <Masked name={name} value={value} />
              ) : (
                <bdi>{visible(value)}</bdi>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
