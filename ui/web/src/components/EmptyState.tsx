import { Group, Stack, Text, Title } from '@mantine/core'
import type { TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface Props {
  icon: TablerIcon
  title: string
  /** What this is for, in a sentence or two. */
  children?: ReactNode
  /** One deed, and one way to start from something ready. */
  actions?: ReactNode
  /** The heading of the page, where there is no other. */
  first?: boolean
}

/** What stands where a list has nothing to show. */
export function EmptyState({ icon: Icon, title, children, actions, first = false }: Props) {
  return (
    <Stack align="center" gap="sm" py={48} px="md" ta="center">
      <Icon size={32} stroke={1.5} color="var(--pb-second)" aria-hidden />
      <Title order={first ? 1 : 2}>{title}</Title>
      {children !== undefined && (
        <Text c="dimmed" maw="52ch" component="div">
          {children}
        </Text>
      )}
      {actions !== undefined && <Group justify="center">{actions}</Group>}
    </Stack>
  )
}
