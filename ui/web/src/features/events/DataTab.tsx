import { Alert, Text } from '@mantine/core'
import { JsonTree } from '@/components/json'
import type { EventDetail } from './queries'
import { ValueActions } from './ValueActions'

/** What the sender sent, as fields. */
export function DataTab({ event }: { event: EventDetail }) {
  return (
    <>
      {event.decodeError !== '' && (
        <Alert color="yellow" variant="light" mb="sm" title="This could not be read as fields">
          {event.decodeError} What came stands under “Exactly as received”.
        </Alert>
      )}
      {event.payloadNotes.map((note) => (
        <Text key={note} mb="sm" c="dimmed">
          {note}
        </Text>
      ))}
      {event.truncated && (
        <Text mb="sm" c="dimmed">
          Only the beginning was kept, as the inbox is set to.
        </Text>
      )}
      {event.payload === null || event.payload === undefined ? (
        <Text c="dimmed">This event has no data, only technical details.</Text>
      ) : (
        <JsonTree
          value={event.payload}
          label="Data of the event"
          height="max(320px, 100dvh - 300px)"
          actions={(node) => <ValueActions event={event} node={node} />}
        />
      )}
    </>
  )
}
