import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { ErrorAlert } from '@/components/ErrorAlert'
import { useMakeList } from './queries'

/** Makes an empty list and goes to it. */
export function NewList({ onClose }: { onClose: () => void }) {
  const make = useMakeList()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: '' },
    validate: {
      name: (name) =>
        /^[a-z0-9][a-z0-9-]{0,62}$/.test(name.trim()) ? null : 'Use small letters, figures and -, at most 63 of them.',
    },
  })
  const save = form.onSubmit(({ name }) =>
    make.mutate(
      { name: name.trim() },
      { onSuccess: () => void navigate({ to: '/settings/shared/$list', params: { list: name.trim() } }) },
    ),
  )
  return (
    <Modal opened onClose={onClose} title="Add a list" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={save} noValidate>
        <Stack gap="md">
          <TextInput
            label="Name"
            description={`A formula writes it as lookup("${form.values.name || 'people'}", what to look up)`}
            placeholder="people"
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('name')}
          />
          <ErrorAlert error={make.error} title="The list is not made." />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make the list
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
