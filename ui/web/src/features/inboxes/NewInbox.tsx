import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { useCreateInbox } from './useInbox'

/** Makes an inbox from its title and goes to its page. */
export function NewInbox({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New inbox" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Form onClose={onClose} />
    </Modal>
  )
}

function Form({ onClose }: { onClose: () => void }) {
  const [title, setTitle] = useState('')
  const [name, setName] = useState<string>()
  const create = useCreateInbox()
  const navigate = useNavigate()
  const proposed = name ?? nameFrom(title)
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        create.mutate(
          { title, ...(proposed === '' ? {} : { name: proposed }) },
          { onSuccess: (box) => void navigate({ to: '/inboxes/$name', params: { name: box.name } }) },
        )
      }}
    >
      <Stack gap="sm">
        <TextInput
          label="Title"
          placeholder="Shop orders"
          required
          data-autofocus
          value={title}
          onChange={(e) => setTitle(e.currentTarget.value)}
        />
        <TextInput
          label="Name"
          description="It stands in the address and never changes."
          value={proposed}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <ErrorAlert error={create.error} title="The inbox is not made." />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Create inbox
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** "shop-orders" for "Shop orders": small letters, figures and hyphens. */
function nameFrom(title: string): string {
  return title
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
}
