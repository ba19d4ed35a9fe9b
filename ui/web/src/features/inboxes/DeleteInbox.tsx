import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { countText } from '@/components/format'
import type { Inbox } from './queries'
import { useDeleteInbox } from './useInbox'
import { useRulesOn } from './useRulesOn'

/** Deletes an inbox after its name was typed. */
export function DeleteInbox({ box }: { box: Tagged<Inbox> }) {
  const may = useMay('change')
  const [asks, dialog] = useDisclosure(false)
  const remove = useDeleteInbox(box)
  const navigate = useNavigate()
  const { name, ledger, managed } = box.value
  const rules = useRulesOn(name) ?? []
  if (!may || managed) return null
  return (
    <Card component="section" aria-labelledby="danger">
      <Stack gap="sm">
        <Title order={2} id="danger">
          Delete this inbox
        </Title>
        <Text c="dimmed">The address stops working, and what it has received is deleted.</Text>
        <Group>
          <Button variant="default" onClick={dialog.open}>
            Delete inbox…
          </Button>
        </Group>
        <ConfirmDialog
          opened={asks}
          onClose={dialog.close}
          title="Delete inbox"
          confirm="Delete inbox"
          typed={name}
          danger
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => void navigate({ to: '/inboxes' }) })}
        >
          Delete <b>{name}</b>? Its sender will get an error from now on.{' '}
          {rules.length > 0 && `${countText(rules.length, 'rule stops', 'rules stop')}. `}What is stored of{' '}
          {countText(ledger.received, 'event')} is deleted.
        </ConfirmDialog>
      </Stack>
    </Card>
  )
}
