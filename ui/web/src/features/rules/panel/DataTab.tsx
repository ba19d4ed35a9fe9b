import { ActionIcon, Alert, Text } from '@mantine/core'
import { IconRoute } from '@tabler/icons-react'
import { parseExact } from '@/api/exactJson'
import { copyAndTell } from '@/components/copyText'
import { ErrorAlert } from '@/components/ErrorAlert'
import { type JsonNode, JsonTree, pathText } from '@/components/json'
import { CardSkeleton } from '@/components/Loading'
import type { BuiltIn, Sample } from '../sample/useSample'

/** The fields of the sample. */
export function DataTab({ sample }: { sample: Sample }) {
  const { choice, event, error, missing } = sample
  if (error !== null) return <ErrorAlert error={error} title="The event could not be loaded." />
  if (choice && 'builtIn' in choice) return <Fields value={fieldsOf(choice.builtIn)} />
  if (event === undefined)
    return missing ? (
      <Text c="dimmed">Choose an event above to see its fields here.</Text>
    ) : (
      <CardSkeleton height={240} />
    )
  if (event.decodeError !== '')
    return (
      <Alert color="yellow" variant="light" title="This could not be read as fields">
        {event.decodeError}
      </Alert>
    )
  return event.payload === null || event.payload === undefined ? (
    <Text c="dimmed">There are no fields in this event.</Text>
  ) : (
    <Fields value={event.payload} />
  )
}

function Fields({ value }: { value: unknown }) {
  const actions = (node: JsonNode) => (
    <ActionIcon
      size={24}
      title="Copy path"
      aria-label="Copy path"
      onClick={() => void copyAndTell(pathText(node.path), 'the path')}
    >
      <IconRoute size={14} aria-hidden />
    </ActionIcon>
  )
  return <JsonTree value={value} label="Data of the event" actions={actions} height="100%" />
}

/** A made-up body as fields, as far as the browser can read it. */
function fieldsOf({ body, contentType }: BuiltIn): unknown {
  if (contentType.includes('urlencoded')) return Object.fromEntries(new URLSearchParams(body))
  try {
    return parseExact(body)
  } catch {
    return body
  }
}
