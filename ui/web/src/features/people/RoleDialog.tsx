import { Button, Group, Modal, Stack } from '@mantine/core'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { nameOf, type Person } from './queries'
import { RoleChoice } from './RoleChoice'
import { isRole, roles } from './roles'
import { useChangeRole } from './usePeople'

/** Gives a person another role. */
export function RoleDialog({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  return (
    <Modal
      opened={person !== undefined}
      onClose={onClose}
      title={person && `Role of ${nameOf(person)}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {person && <RoleForm person={person} onClose={onClose} />}
    </Modal>
  )
}

function RoleForm({ person, onClose }: { person: Person; onClose: () => void }) {
  const [role, setRole] = useState(person.role)
  const change = useChangeRole()
  const done = () => {
    showDone(`${nameOf(person)}: ${roles[role].label}.`)
    onClose()
  }
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        change.mutate({ id: person.id, role }, { onSuccess: done })
      }}
    >
      <Stack gap="md">
        <RoleChoice
          label="What may this person do?"
          choices={roles}
          isOne={isRole}
          value={role}
          onChange={(next) => {
            setRole(next)
            change.reset()
          }}
        />
        <ErrorAlert error={change.error} title="The role is not changed." />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending} disabled={role === person.role}>
            Change role
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
