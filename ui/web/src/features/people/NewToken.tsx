import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { fieldErrors } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { RoleChoice } from './RoleChoice'
import { isScope, type Scope, scopes } from './roles'
import { ShownOnce } from './ShownOnce'
import { useMakeToken } from './usePeople'

const day = 86_400_000 // milliseconds
const lives = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'Never' },
]

const inDays = (days: number) => new Date(Date.now() + days * day).toISOString()

/** Makes an access token and shows it once. */
export function NewToken({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="New access token"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TokenForm onClose={onClose} />
    </Modal>
  )
}

function TokenForm({ onClose }: { onClose: () => void }) {
  const make = useMakeToken()
  const form = useForm<{ name: string; scope: Scope; life: string }>({
    mode: 'controlled',
    initialValues: { name: '', scope: 'read', life: '365' },
    validate: { name: (text) => (text.trim() === '' ? 'Name the program that gets it.' : null) },
  })
  if (make.data) {
    return (
      <ShownOnce text={make.data.token} what="the token" onClose={onClose}>
        Give this token to <b>{make.data.name}</b>. {scopes[make.data.scope].label}.
      </ShownOnce>
    )
  }
  const create = form.onSubmit(({ name, scope, life }) =>
    make.mutate(
      {
        name: name.trim(),
        scope,
        ...(life === '' ? {} : { expiresAt: inDays(Number(life)) }),
      },
      { onError: (error) => form.setErrors(fieldErrors(error)) },
    ),
  )
  return (
    <form onSubmit={create} noValidate>
      <Stack gap="md">
        <TextInput
          label="For which program?"
          placeholder="Deploy script"
          maxLength={100}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <RoleChoice
          label="What may it do?"
          choices={scopes}
          isOne={isScope}
          value={form.values.scope}
          onChange={(scope) => form.setFieldValue('scope', scope)}
        />
        <Select label="When does it end?" data={lives} allowDeselect={false} {...form.getInputProps('life')} />
        <ErrorAlert error={make.error} title="The token is not made." shown={['name']} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={make.isPending}>
            Make token
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
