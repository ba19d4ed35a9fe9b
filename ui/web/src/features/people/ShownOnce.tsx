import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconEyeOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { AddressLine } from '@/components/AddressLine'

interface Props {
  text: string
  /** What is copied: "the invite link". */
  what: string
  children: ReactNode
  onClose: () => void
}

/** A link or token that nobody can see again. */
export function ShownOnce({ text, what, children, onClose }: Props) {
  return (
    <Stack gap="md">
      <Text component="div">{children}</Text>
      <AddressLine address={text} what={what} large primary />
      <Alert color="yellow" variant="light" icon={<IconEyeOff aria-hidden />}>
        It is shown only now. Nobody can see it again.
      </Alert>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
