import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { mayNot, useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { FromFile } from '@/components/FromFile'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { OptionForm } from './OptionForm'
import type { Inbox } from './queries'
import { useInboxDeed } from './useInbox'

/** How an inbox treats what comes in. */
export function Options({ box }: { box: Tagged<Inbox> }) {
  const may = useMay('change')
  const { managed } = box.value
  return (
    <Card component="section" aria-labelledby="options">
      <Stack gap="sm">
        <Title order={2} id="options">
          Options
        </Title>
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        {managed && (
          <Group gap="sm">
            <FromFile file={managed} />
            <Text c="dimmed">Change it in {managed}.</Text>
          </Group>
        )}
        {may && !managed && (
          <>
            <Pause box={box} />
            <OptionForm key={box.value.name} box={box} />
          </>
        )}
      </Stack>
    </Card>
  )
}

function Pause({ box }: { box: Tagged<Inbox> }) {
  const deed = useInboxDeed(box)
  const { paused } = box.value
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          loading={deed.isPending}
          onClick={() =>
            deed.mutate(paused ? 'resume' : 'pause', {
              onSuccess: () => showDone(paused ? 'The inbox is on again.' : 'The inbox is paused.'),
            })
          }
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Text c="dimmed">{paused ? 'What comes in is held.' : 'While it is paused, what comes in is held.'}</Text>
      </Group>
      <ErrorAlert error={deed.error} />
    </Stack>
  )
}
