import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { countText } from '@/components/format'
import { RuleLinks } from '@/components/RuleLinks'
import { showDone } from '@/components/UndoToast'
import { type Connection, titleOf } from './queries'
import { useDeleteConnection } from './useConnection'

/** Deletes a connection after saying what stops with it. */
export function DeleteConnection({ connection, onDeleted }: { connection: Connection; onDeleted: () => void }) {
  const [asks, dialog] = useDisclosure(false)
  const remove = useDeleteConnection()
  const { usedBy, alerts } = connection
  const title = titleOf(connection)
  const done = () => {
    showDone(`${title} is deleted.`)
    onDeleted()
  }
  return (
    <Group>
      <Button variant="subtle" color="red" onClick={dialog.open}>
        Delete connection…
      </Button>
      <ConfirmDialog
        opened={asks}
        onClose={dialog.close}
        title="Delete connection"
        confirm="Delete connection"
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate(connection.name, { onSuccess: done })}
      >
        <Text>
          Delete <b>{title}</b>? Its secrets are gone for good.
        </Text>
        {usedBy.length > 0 && (
          <Text mt="xs" component="div">
            The steps of {countText(usedBy.length, 'rule')} that use it fail from now on: <RuleLinks rules={usedBy} />
          </Text>
        )}
        {usedBy.length === 0 && <Text mt="xs">No rule uses it.</Text>}
        {alerts && <Text mt="xs">Alerts go through it: choose another way under Settings, Alerts.</Text>}
      </ConfirmDialog>
    </Group>
  )
}
