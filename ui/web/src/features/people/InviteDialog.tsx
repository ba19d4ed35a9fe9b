import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors } from '@/api/problem'
import type { Role } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { TimeAgo } from '@/components/TimeAgo'
import { nameOf, wholeLink } from './queries'
import { RoleChoice } from './RoleChoice'
import { isRole, roles } from './roles'
import { ShownOnce } from './ShownOnce'
import { useInvite } from './usePeople'

/** Asks whom to invite and as what, then shows the link once. */
export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Invite somebody"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Invite onClose={onClose} />
    </Modal>
  )
}

function Invite({ onClose }: { onClose: () => void }) {
  const invite = useInvite()
  const form = useForm<{ name: string; email: string; role: Role }>({
    mode: 'controlled',
    initialValues: { name: '', email: '', role: 'editor' },
    validate: { email: (text) => (text.trim() === '' ? 'Type the email address.' : null) },
  })
  if (invite.data) {
    const { link, expiresAt, role } = invite.data
    return (
      <ShownOnce text={wholeLink(link)} what="the invite link" onClose={onClose}>
        Send this link to <b>{nameOf(invite.data)}</b> yourself. It works once, and ends{' '}
        <TimeAgo at={expiresAt} ahead />. Role: {roles[role].label}.
      </ShownOnce>
    )
  }
  const make = form.onSubmit(({ name, email, role }) =>
    invite.mutate(
      { name: name.trim(), email: email.trim(), role },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  )
  return (
    <form onSubmit={make} noValidate>
      <Stack gap="md">
        <TextInput label="Name" autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <TextInput label="Email" type="email" autoComplete="off" withAsterisk {...form.getInputProps('email')} />
        <RoleChoice
          label="What may this person do?"
          choices={roles}
          isOne={isRole}
          value={form.values.role}
          onChange={(role) => form.setFieldValue('role', role)}
        />
        <Text c="dimmed">You get a link to pass on. It works for 7 days, once.</Text>
        <ErrorAlert error={invite.error} title="The invitation is not made." shown={['email', 'name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invite.isPending}>
            Make invite link
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
