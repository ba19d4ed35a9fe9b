import { ActionIcon, Button, Menu, VisuallyHidden } from '@mantine/core'
import { IconBell, IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useRouter } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { settingsQuery } from '@/api/settings'
import { countText } from '@/components/format'
import { ConnectionDot } from './ConnectionDot'
import { creates } from './features'
import { Logo } from '@/components/Logo'
import { PersonMenu } from './PersonMenu'
import classes from './TopBar.module.css'

interface Props {
  problems: number
  onSearch: () => void
  onShortcuts: () => void
}

export function TopBar({ problems, onSearch, onShortcuts }: Props) {
  const { data: settings } = useQuery(settingsQuery)
  const name = settings?.value.name
  return (
    <header className={classes.bar}>
      <Link to="/" className={classes.brand}>
        <Logo />
        <span className={classes.name}>
          <bdi>{name === undefined || name === '' ? 'Patchbay' : name}</bdi>
        </span>
      </Link>
      <button type="button" className={classes.search} onClick={onSearch}>
        <IconSearch size={16} aria-hidden />
        <span className={classes.searchText}>Search or do something</span>
        <kbd className={classes.key}>Ctrl K</kbd>
      </button>
      <div className={classes.end}>
        <NewButton />
        <ConnectionDot />
        <Bell problems={problems} />
        <PersonMenu onShortcuts={onShortcuts} />
      </div>
    </header>
  )
}

function Bell({ problems }: { problems: number }) {
  const router = useRouter()
  if (!('/problems' in router.routesByPath)) return null
  return (
    <ActionIcon component={Link} to="/problems" className={classes.bell}>
      <IconBell size={20} aria-hidden />
      {problems > 0 && (
        <span className={classes.count} aria-hidden>
          {problems}
        </span>
      )}
      <VisuallyHidden>{problems === 0 ? 'No open problems' : countText(problems, 'open problem')}</VisuallyHidden>
    </ActionIcon>
  )
}

function NewButton() {
  const navigate = useNavigate()
  const may = useMay('change')
  // Within a recipe something is being made already.
  const inWizard = useLocation({ select: ({ pathname }) => pathname.startsWith('/recipes/') })
  if (creates.length === 0 || !may || inWizard) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="outline" leftSection={<IconPlus size={16} aria-hidden />} className={classes.new}>
          New
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {creates.map((entry) => (
          <Menu.Item
            key={entry.id}
            {...(entry.icon ? { leftSection: <entry.icon size={16} aria-hidden /> } : {})}
            onClick={() =>
              entry.to === undefined
                ? entry.run?.()
                : void navigate({ to: entry.to, search: entry.search ?? {} } as never)
            }
          >
            {entry.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
