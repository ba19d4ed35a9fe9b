import { Drawer, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { NavItem } from '@/routing'
import { useIsCurrent } from './Navigation'
import classes from './PhoneTabs.module.css'

interface Props {
  items: readonly NavItem[]
  problems: number
}

/** The navigation at the foot of a phone: three tabs, and a sheet for the rest. */
export function PhoneTabs({ items, problems }: Props) {
  const [opened, { open, close }] = useDisclosure(false)
  const fits = items.length <= 4
  const more = items.filter((item) => !fits && !item.tab)
  const tabs = items.filter((item) => fits || item.tab)
  return (
    <nav className={classes.tabs} aria-label="Main">
      {tabs.map((item) => (
        <Tab key={item.to} item={item} problems={problems} />
      ))}
      {more.length > 0 && (
        <button type="button" className={classes.tab} onClick={open} aria-haspopup="dialog">
          <IconDots size={22} aria-hidden />
          More
        </button>
      )}
      <Drawer
        opened={opened}
        onClose={close}
        position="bottom"
        size="auto"
        title="More"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <ul className={classes.more}>
          {more.map((item) => (
            <li key={item.to}>
              <Link to={item.to} className={classes.line} onClick={close}>
                <item.icon size={20} aria-hidden />
                {item.label}
              </Link>
            </li>
          ))}
        </ul>
      </Drawer>
    </nav>
  )
}

function Tab({ item, problems }: { item: NavItem; problems: number }) {
  const current = useIsCurrent(item)
  return (
    <Link
      to={item.to}
      className={classes.tab}
      data-current={current || undefined}
      {...(current ? { 'aria-current': 'page' } : {})}
    >
      <item.icon size={22} aria-hidden />
      {item.label}
      {item.countsProblems && problems > 0 && (
        <span className={classes.count}>
          {problems}
          <VisuallyHidden> open {problems === 1 ? 'problem' : 'problems'}</VisuallyHidden>
        </span>
      )}
    </Link>
  )
}
