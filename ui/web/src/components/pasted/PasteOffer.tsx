import { Alert, Button, Group, Text } from '@mantine/core'
import { IconClipboard } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface Props {
  /** What was pasted, and what would become of it. */
  children: ReactNode
  /** The deed, such as "Add it as a step". */
  take: string
  onTake: () => void
  onDrop: () => void
  busy?: boolean
}

/** Offers to make something of what was pasted onto a page. */
export function PasteOffer({ children, take, onTake, onDrop, busy = false }: Props) {
  return (
    <Alert color="violet" variant="light" icon={<IconClipboard aria-hidden />} role="status">
      <Group gap="sm" justify="space-between">
        <Text component="div" style={{ overflowWrap: 'anywhere' }}>
          {children}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" loading={busy} onClick={onTake}>
            {take}
          </Button>
          <Button size="xs" variant="default" onClick={onDrop}>
            Not now
          </Button>
        </Group>
      </Group>
    </Alert>
  )
}
