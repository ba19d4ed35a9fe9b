import { ActionIcon, Menu, Text, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { IconKeyboard, IconLogout, IconUser, IconUserCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useSession, useSignOut } from '@/api/session'
import { useDensity } from './preferences'

const roles = { viewer: 'Can look', editor: 'Can change', admin: 'Administers' }
const schemes = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const
const densities = { normal: 'Normal rows', compact: 'Compact rows' } as const

const chosen = <T extends object>(_: T, key: string) => key as keyof T

/** Who is signed in, and what is the person's own: colours, density, shortcuts. */
export function PersonMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const session = useSession()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [density, setDensity] = useDensity()
  const name = session.user?.name || session.who
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon>
          <IconUser size={20} aria-hidden />
          <VisuallyHidden>Your menu, {name}</VisuallyHidden>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="xs" fw={500} c="var(--pb-text)" truncate>
            <bdi>{name}</bdi>
          </Text>
          {roles[session.role]}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Colours</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(key) => setColorScheme(chosen(schemes, key))}>
          {Object.entries(schemes).map(([key, words]) => (
            <Menu.RadioItem key={key} value={key} closeMenuOnClick={false}>
              {words}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>Lists</Menu.Label>
        <Menu.RadioGroup value={density} onChange={(key) => setDensity(chosen(densities, key))}>
          {Object.entries(densities).map(([key, words]) => (
            <Menu.RadioItem key={key} value={key} closeMenuOnClick={false}>
              {words}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCircle size={16} aria-hidden />} component={Link} to="/settings/account">
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onShortcuts}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
