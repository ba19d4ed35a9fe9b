import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { TimeAgo } from '@/components/TimeAgo'
import { showUndo } from '@/components/UndoToast'
import type { EditState, RuleEdit } from '../edit'
import { usePerson } from '@/api/person'

interface Props {
  edit: RuleEdit
  state: EditState
  onGo: () => void
}

/** An edit that somebody else began and did not publish: it is shown, and left alone until it is decided. */
export function OthersDraft({ edit, state, onGo }: Props) {
  const person = usePerson()
  if (state.draft === undefined) return null
  const fromLive = () => {
    void edit.discard()
    showUndo({ message: 'The draft is dropped.', onUndo: edit.undo })
    onGo()
  }
  return (
    <Alert color="violet" variant="light" icon={<IconUsers aria-hidden />} mt="md">
      <Group gap="sm" justify="space-between">
        <Text>
          <b>{person(state.draft.updatedBy)}</b> has an unpublished draft from <TimeAgo at={state.draft.updatedAt} />.
          This is it.
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onGo}>
            Continue it
          </Button>
          {state.live && (
            <Button size="xs" variant="default" onClick={fromLive}>
              Start from live
            </Button>
          )}
        </Group>
      </Group>
    </Alert>
  )
}
