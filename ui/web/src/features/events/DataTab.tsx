import { ActionIcon, Alert, Text } from '@mantine/core'
import { IconBolt, IconCopy, IconFilter, IconRoute } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ExactNumber } from '@/api/exactJson'
import { useMay } from '@/api/session'
import { copyAndTell } from '@/components/copyText'
import { type JsonNode, JsonTree, pathText } from '@/components/json'
import { showDone } from '@/components/UndoToast'
import { useUrlFilters } from '@/components/useUrlFilters'
import type { EventDetail } from './queries'

/** What the sender sent, as fields. */
export function DataTab({ event }: { event: EventDetail }) {
  const { set } = useUrlFilters(['q'])
  const may = useMay('change')
  const navigate = useNavigate()
  const copy = (text: string | undefined, what: string) => {
    if (text === undefined) showDone('This is nested too deeply to be copied. Download it instead.')
    else void copyAndTell(text, what)
  }
  const actions = (node: JsonNode) => (
    <>
      <ActionIcon
        size={24}
        title="Copy value"
        aria-label="Copy value"
        onClick={() => copy(asText(node.value), 'the value')}
      >
        <IconCopy size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon
        size={24}
        title="Copy path"
        aria-label="Copy path"
        onClick={() => copy(pathText(node.path), 'the path')}
      >
        <IconRoute size={14} aria-hidden />
      </ActionIcon>
      {node.size === undefined && node.value !== null && node.value !== '' && (
        <ActionIcon
          size={24}
          title="Show events with this value"
          aria-label="Show events with this value"
          onClick={() => set('q', String(node.value).slice(0, 200))}
        >
          <IconFilter size={14} aria-hidden />
        </ActionIcon>
      )}
      {may && event.verdict === 'accepted' && (
        <ActionIcon
          size={24}
          title="Use in a rule"
          aria-label="Use in a rule"
          onClick={() => void navigate({ to: '/rules/$id', params: { id: 'new' }, search: { event: event.id } })}
        >
          <IconBolt size={14} aria-hidden />
        </ActionIcon>
      )}
    </>
  )
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
        <JsonTree value={event.payload} label="Data of the event" actions={actions} />
      )}
    </>
  )
}

// Nesting that is deeper than the browser can write has no text.
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof ExactNumber) return value.source
  try {
    return JSON.stringify(value, null, 2)
  } catch {
    return undefined
  }
}
