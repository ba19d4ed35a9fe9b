import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { CardSkeleton } from '@/components/Loading'
import { showDone } from '@/components/UndoToast'
import type { RunQuery } from './filter'
import { countQuery, useBulk } from './queries'

interface Props {
  deed: 'retry' | 'skip'
  filter: RunQuery
  opened: boolean
  onClose: () => void
}

const titles = { retry: 'Retry runs', skip: 'Skip runs' }

/** Counts the runs, says what will happen to them, and does it when told so. */
export function BulkDialog({ opened, onClose, deed, filter }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={titles[deed]} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Counted deed={deed} filter={filter} onClose={onClose} />
    </Modal>
  )
}

function Counted({ deed, filter, onClose }: Omit<Props, 'opened'>) {
  const [bulk] = useState({ deed, filter }) // a span of time must not move between counting and doing
  const counted = useQuery(countQuery(bulk))
  const doing = useBulk((result) => {
    showDone(doneText(deed, result.done.length, result.refused.length))
    onClose()
  })
  const count = counted.data?.count ?? 0
  if (counted.isPending) return <CardSkeleton height={72} />
  return (
    <Stack gap="md">
      {counted.data && <Text>{questionText(deed, counted.data)}</Text>}
      {deed === 'retry' && filter.unknown === 'only' && count > 0 && (
        <Text>These may have been sent already. Sending again may double them.</Text>
      )}
      <ErrorAlert error={counted.error ?? doing.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {count === 0 ? 'Close' : 'Cancel'}
        </Button>
        {count > 0 && (
          <Button
            onClick={() => doing.mutate(bulk)}
            loading={doing.isPending}
            {...(deed === 'skip' ? { color: 'red' } : {})}
          >
            {deed === 'retry' ? 'Retry' : 'Skip'} {count.toLocaleString()}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

/** What is about to happen, in numbers. */
function questionText(
  deed: 'retry' | 'skip',
  { count, leftOut, more }: { count: number; leftOut: number; more: boolean },
): string {
  const parts: string[] = []
  if (count === 0) parts.push(deed === 'retry' ? 'No run here can be retried.' : 'No run here can be skipped.')
  else if (deed === 'retry') parts.push(`Retry ${countText(count, 'run')} now?`, 'What was done is not repeated.')
  else {
    parts.push(`Skip ${countText(count, 'run')}?`)
    parts.push(count === 1 ? 'Its message will never be sent.' : `Their messages will never be sent.`)
  }
  if (leftOut > 0) {
    parts.push(`${leftOut.toLocaleString()} that may already have been sent ${leftOut === 1 ? 'is' : 'are'} left out.`)
  }
  if (more) parts.push('There are more; do it once more afterwards.')
  return parts.join(' ')
}

function doneText(deed: 'retry' | 'skip', done: number, refused: number): string {
  const what = `${countText(done, 'run')} ${deed === 'retry' ? (done === 1 ? 'goes' : 'go') + ' on' : 'skipped'}.`
  return refused === 0 ? what : `${what} ${countText(refused, 'run')} could not be changed any more.`
}
