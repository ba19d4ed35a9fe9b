import { Button, Group, SegmentedControl, Text } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { baseAddress } from '@/api/address'
import { CodeBlock } from '@/components/CodeBlock'
import { ErrorAlert } from '@/components/ErrorAlert'
import { bytesText } from '@/components/format'
import { CardSkeleton } from '@/components/Loading'
import { hexDump, safeText, textOf } from './bytes'
import { bodyQuery, type EventDetail } from './queries'

const largest = 1024 * 1024 // bytes that are loaded to be shown
const mostText = 256 * 1024
const mostHex = 32 * 1024

/** The bytes as they came: as text, or as numbers where they are no text. */
export function RawTab({ event }: { event: EventDetail }) {
  const tooLarge = event.size > largest
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed">
          {bytesText(event.size)} · {event.contentType || 'no content type'}
        </Text>
        <Button
          component="a"
          size="xs"
          variant="default"
          href={`${baseAddress}/api/v1/events/${event.id}/body`}
          download
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download
        </Button>
      </Group>
      {tooLarge ? (
        <Text>Too large to show ({bytesText(event.size)}). Download it to see it.</Text>
      ) : (
        <Body event={event} />
      )}
    </>
  )
}

function Body({ event }: { event: EventDetail }) {
  const { data, error, isPending, refetch } = useQuery(bodyQuery(event.id))
  const [chosen, choose] = useState<string>()
  const again = () => void refetch()
  if (isPending) return <CardSkeleton height={200} retry={again} />
  if (data === undefined) return <ErrorAlert error={error} title="The data could not be loaded." retry={again} />
  if (data.length === 0) return <Text c="dimmed">Nothing was sent in it.</Text>
  const text = textOf(data)
  const form = chosen ?? (text === undefined ? 'hex' : 'text')
  const asHex = form === 'hex' || text === undefined
  const cut = asHex ? data.length > mostHex : text.length > mostText
  return (
    <>
      {text !== undefined && (
        <SegmentedControl
          size="xs"
          mb="xs"
          value={form}
          onChange={choose}
          data={[
            { value: 'text', label: 'Text' },
            { value: 'hex', label: 'Bytes' },
          ]}
        />
      )}
      <CodeBlock
        what="the data as received"
        wrap={!asHex}
        code={asHex ? hexDump(data.subarray(0, mostHex)) : safeText(text.slice(0, mostText))}
      />
      {cut && (
        <Text mt="xs" c="dimmed">
          The beginning is shown. Download it to see all.
        </Text>
      )}
    </>
  )
}
