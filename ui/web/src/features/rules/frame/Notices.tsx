import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconCloudOff, IconInfoCircle, IconUsers } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { mayNot, useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { TimeAgo } from '@/components/TimeAgo'
import { DifferenceList } from '../compare/DifferenceList'
import type { Conflict, EditState, RuleEdit } from '../edit'
import { usePerson } from '@/api/person'
import { useDuplicate } from '../queries'

interface Props {
  edit: RuleEdit
  state: EditState
}

/** What has to be known before one goes on: who else changed the rule, what is not saved, who may change it. */
export function Notices({ edit, state }: Props) {
  const may = useMay('change')
  const { saving, conflict, managed, foundAt } = state
  return (
    <Stack gap="xs" mt="md" role="region" aria-label="Notices">
      {!may && (
        <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />}>
          {mayNot.change}
        </Alert>
      )}
      {may && managed !== '' && <Managed state={state} />}
      {saving.kind === 'failed' && (
        <Alert color="red" variant="light" icon={<IconCloudOff aria-hidden />} role="alert">
          <Group gap="sm" justify="space-between">
            <Text>
              <b>Not saved.</b>{' '}
              {saving.kept ? 'Kept in this browser.' : 'This browser cannot keep it: leave the page open.'}{' '}
              {saving.error.message}
            </Text>
            <Button size="xs" variant="default" onClick={() => void edit.flush()}>
              Retry
            </Button>
          </Group>
        </Alert>
      )}
      {conflict && <ConflictNotice edit={edit} state={state} conflict={conflict} />}
      {foundAt !== undefined && conflict === undefined && <FoundNotice at={foundAt} onDrop={edit.undo} />}
    </Stack>
  )
}

function Managed({ state }: { state: EditState }) {
  const navigate = useNavigate()
  const copy = useDuplicate((id) => void navigate({ to: '/rules/$id', params: { id } }))
  return (
    <Alert color="gray" variant="light" icon={<IconInfoCircle aria-hidden />}>
      <Group gap="sm" justify="space-between">
        <Text>
          This rule comes from a file. Change it in <bdi>{state.managed}</bdi>.
        </Text>
        <Button size="xs" variant="default" loading={copy.isPending} onClick={() => copy.mutate(state.rule)}>
          Make an editable copy
        </Button>
      </Group>
    </Alert>
  )
}

function FoundNotice({ at, onDrop }: { at: number; onDrop: () => void }) {
  const [seen, setSeen] = useState(false)
  if (seen) return null
  return (
    <Alert color="violet" variant="light" icon={<IconInfoCircle aria-hidden />}>
      <Group gap="sm" justify="space-between">
        <Text>
          An edit from <TimeAgo at={new Date(at).toISOString()} /> was found in this browser. It is in use again.
        </Text>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              onDrop()
              setSeen(true)
            }}
          >
            Drop it
          </Button>
          <Button size="xs" variant="default" onClick={() => setSeen(true)}>
            Keep it
          </Button>
        </Group>
      </Group>
    </Alert>
  )
}

interface ConflictProps extends Props {
  conflict: Conflict
}

function ConflictNotice({ edit, state, conflict }: ConflictProps) {
  const navigate = useNavigate()
  const person = usePerson()
  const [compared, { open, close }] = useDisclosure(false)
  const both = useMutation({
    mutationFn: () => edit.keepBoth(),
    onSuccess: (id) => void navigate({ to: '/rules/$id', params: { id } }),
  })
  if (conflict.kind === 'deleted') {
    return (
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle aria-hidden />} role="alert">
        <Group gap="sm" justify="space-between">
          <Text>Somebody deleted this rule meanwhile. Yours is kept in this browser.</Text>
          <Button size="xs" variant="default" loading={both.isPending} onClick={() => both.mutate()}>
            Save it as a new rule
          </Button>
        </Group>
        <ErrorAlert error={both.error} title="It was not saved." />
      </Alert>
    )
  }
  const published = conflict.kind === 'published'
  const discarded = conflict.kind === 'discarded'
  const whose = discarded
    ? 'Start from live'
    : conflict.by.includes('@')
      ? `Use ${person(conflict.by) === 'You' ? 'the other one' : 'theirs'}`
      : 'Use the other one'
  return (
    <Alert color="yellow" variant="light" icon={<IconUsers aria-hidden />} role="alert">
      <Group gap="sm" justify="space-between">
        {discarded ? (
          <Text>Somebody discarded this draft meanwhile. Yours is kept in this browser.</Text>
        ) : (
          <Text>
            <b>{person(conflict.by)}</b> {published ? 'published a change' : 'saved another edit'}{' '}
            <TimeAgo at={conflict.at} />. Yours is kept {published ? 'as a draft' : 'in this browser'}.
          </Text>
        )}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={open}>
            Compare
          </Button>
          <Button size="xs" variant="default" onClick={() => void edit.takeTheirs()}>
            {whose}
          </Button>
          {!published && (
            <Button size="xs" variant="default" loading={both.isPending} onClick={() => both.mutate()}>
              Keep both
            </Button>
          )}
        </Group>
      </Group>
      <ErrorAlert error={both.error} title="It was not saved." />
      <Modal
        opened={compared}
        onClose={close}
        size="lg"
        title="What differs"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text c="dimmed" mb="sm">
          “before” is {published || discarded ? 'the published rule' : 'the other edit'}, “now” is yours.
        </Text>
        <DifferenceList before={conflict.theirs} after={state.rule} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button
            variant="default"
            onClick={() => {
              close()
              void edit.takeTheirs()
            }}
          >
            {whose}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              close()
              void edit.takeMine()
            }}
          >
            Go on with mine
          </Button>
        </Group>
      </Modal>
    </Alert>
  )
}
