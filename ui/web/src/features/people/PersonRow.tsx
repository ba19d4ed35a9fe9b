import { ActionIcon, Badge, Group, Menu, Text } from '@mantine/core'
import { IconDots, IconKey, IconUserCog, IconUserMinus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { TimeAgo } from '@/components/TimeAgo'
import { nameOf, type Person } from './queries'
import { roles } from './roles'

/** What can be done with a person. */
export type Deed = 'role' | 'password' | 'remove'

interface Props {
  person: Person
  /** Whether it is the one who looks. */
  own: boolean
  phone: boolean
  onAsk: (deed: Deed) => void
}

/** A person in the list. */
export function PersonRow({ person, own, phone, onAsk }: Props) {
  const name = nameOf(person)
  return (
    <>
      <div>
        <Group gap="xs" wrap="nowrap">
          <Text fw={500} truncate>
            <bdi>{name}</bdi>
          </Text>
          {own && (
            <Badge variant="light" color="gray" style={{ flex: 'none' }}>
              You
            </Badge>
          )}
          {!phone && person.name !== '' && (
            <Text c="dimmed" truncate>
              {person.email}
            </Text>
          )}
        </Group>
        {phone && (
          <Text size="xs" c="dimmed" truncate>
            {roles[person.role].label}
            {person.name !== '' && ` · ${person.email}`}
          </Text>
        )}
      </div>
      {!phone && (
        <>
          <Text>{roles[person.role].label}</Text>
          <Text c="dimmed">
            Joined <TimeAgo at={person.createdAt} />
          </Text>
        </>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`What to do with ${name}`}>
            <IconDots size={20} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconUserCog size={16} aria-hidden />} onClick={() => onAsk('role')}>
            Change role…
          </Menu.Item>
          {own ? (
            <Menu.Item leftSection={<IconKey size={16} aria-hidden />} component={Link} to="/settings/account">
              Change your password
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => onAsk('password')}>
                New password link…
              </Menu.Item>
              <Menu.Item
                c="var(--pb-bad)"
                leftSection={<IconUserMinus size={16} aria-hidden />}
                onClick={() => onAsk('remove')}
              >
                Remove…
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
