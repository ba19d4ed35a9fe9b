import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import type { Status } from '@/components/status'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { showDone } from '@/components/UndoToast'
import { type CheckDraft, ConnectForm } from './ConnectForm'
import { Handshakes } from './Handshakes'
import { checkText, type Inbox } from './queries'
import { useInboxDeed, useReleaseHeld } from './useInbox'

interface Props {
  box: Tagged<Inbox>
  form: boolean
  draft: CheckDraft
  onDraft: (draft: CheckDraft) => void
}

/** Who may send here, whether that worked, and what was turned away. */
export function SenderCheck({ box, form, draft, onDraft }: Props) {
  const { ledger, refused, verify } = box.value
  return (
    <Card component="section" aria-labelledby="check">
      <Stack gap="sm">
        <Title order={2} id="check">
          Sender check
        </Title>
        <Group gap="sm">
          <StatusBadge status={checkStatus(box.value)} />
          <Text>{checkText(box.value)}</Text>
        </Group>
        {verify.scheme !== 'none' && (
          <Text c="dimmed">
            {ledger.lastVerified ? (
              <>
                Last verified <TimeAgo at={ledger.lastVerified} />.
              </>
            ) : (
              'No sender was verified yet.'
            )}
          </Text>
        )}
        {refused.today > 0 && (
          <Text>
            {countText(refused.today, 'request was', 'requests were')} refused in the last 24 hours
            {refused.lastAt && (
              <>
                , the last <TimeAgo at={refused.lastAt} />
              </>
            )}
            {refused.reason && <>: {refused.reason}</>}
          </Text>
        )}
        <Held box={box.value} />
        <Handshakes box={box.value} />
        {form && <ConnectForm box={box} draft={draft} onDraft={onDraft} />}
        <NewKey box={box} />
      </Stack>
    </Card>
  )
}

function checkStatus({ verify }: Inbox): Status {
  if (verify.pending) return { role: 'unsure', word: 'Not finished', detail: 'What comes in is held.' }
  return verify.scheme === 'none' ? { role: 'neutral', word: 'No check' } : { role: 'good', word: 'On' }
}

function Held({ box }: { box: Inbox }) {
  const may = useMay('change')
  const release = useReleaseHeld(box.name)
  if (box.ledger.held === 0) return null
  return (
    <Stack gap="xs">
      <Text>
        {countText(box.ledger.held, 'event is', 'events are')} held
        {box.paused ? ', as this inbox is paused.' : ', until the sender check is finished.'}
      </Text>
      {may && !box.paused && !box.verify.pending && (
        <Group>
          <Button
            variant="default"
            loading={release.isPending}
            onClick={() =>
              release.mutate(undefined, {
                onSuccess: ({ accepted, rejected }) => showDone(`${accepted} received, ${rejected} refused.`),
              })
            }
          >
            Check the held events now
          </Button>
        </Group>
      )}
      <ErrorAlert error={release.error} />
    </Stack>
  )
}

function NewKey({ box }: { box: Tagged<Inbox> }) {
  const may = useMay('change')
  const [asks, dialog] = useDisclosure(false)
  const deed = useInboxDeed(box)
  if (!may || box.value.verify.scheme !== 'key' || box.value.managed) return null
  return (
    <Group>
      <Button variant="default" onClick={dialog.open}>
        Make a new address
      </Button>
      <ConfirmDialog
        opened={asks}
        onClose={dialog.close}
        title="Make a new address?"
        confirm="Make a new address"
        busy={deed.isPending}
        error={deed.error}
        onConfirm={() =>
          deed.mutate('rotate-key', {
            onSuccess: () => {
              dialog.close()
              showDone('The address has a new secret part. Give it to the sender.')
            },
          })
        }
      >
        The secret part of the address changes. Whoever sends to the address of today gets an error from now on.
      </ConfirmDialog>
    </Group>
  )
}
