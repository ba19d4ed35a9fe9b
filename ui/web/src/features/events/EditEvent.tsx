import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { textOf } from './bytes'
import { bodyQuery, type EventDetail } from './queries'
import { useRunAgain } from './runAgain'

const mostEdited = 256 * 1024 // bytes: a text box of the browser is slow beyond

interface Props {
  event: EventDetail
  onClose: () => void
}

/** Runs a changed copy; the stored event stays as it was. */
export function EditEvent({ event, onClose }: Props) {
  const small = event.size <= mostEdited
  const { data, error } = useQuery({ ...bodyQuery(event.id), enabled: small })
  const text = data === undefined ? undefined : textOf(data)
  return (
    <Modal opened onClose={onClose} size="lg" title="Edit and run again" closeButtonProps={{ 'aria-label': 'Close' }}>
      <ErrorAlert error={error} title="The data could not be loaded." />
      {!small && <Text>This event is too large to be edited here.</Text>}
      {data !== undefined && text === undefined && <Text>This event is no text, so it cannot be edited here.</Text>}
      {small && data === undefined && error === null && <CardSkeleton height={240} />}
      {text !== undefined && <Editor event={event} text={text} onClose={onClose} />}
    </Modal>
  )
}

function Editor({ event, text, onClose }: Props & { text: string }) {
  const [body, setBody] = useState(() => pretty(text))
  const run = useRunAgain(event.id, onClose)
  const broken = /json/.test(event.contentType) && !parses(body)
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (!broken) run.mutate({ body })
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">The stored event stays as it is. The copy is marked as an edited copy.</Text>
        <Textarea
          label="Data"
          value={body}
          onChange={(e) => setBody(e.currentTarget.value)}
          error={
            broken ? 'This cannot be read as fields. Look for a missing comma, quotation mark or bracket.' : undefined
          }
          rows={18}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          data-autofocus
        />
        <ErrorAlert error={run.error} title="It was not run." />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={run.isPending} disabled={broken}>
            Run again
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

// Numbers that the browser cannot hold exactly would change: such text stays as it came.
function pretty(text: string): string {
  if (/\d{16}|\d[eE.]\d/.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
