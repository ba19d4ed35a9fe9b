import { VisuallyHidden } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link, useLocation } from '@tanstack/react-router'
import type { NavItem } from '@/routing'
import classes from './Navigation.module.css'

interface Props {
  items: readonly NavItem[]
  problems: number
  folded: boolean
  onFold: () => void
}

/** The navigation at the left: with names, or a rail of icons whose names come on hover and focus. */
export function Navigation({ items, problems, folded, onFold }: Props) {
  const Fold = folded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse
  return (
    <nav className={classes.navigation} aria-label="Main" data-folded={folded || undefined}>
      <ul className={classes.list}>
        {items.map((item) => (
          <li key={item.to}>
            <NavLink item={item} problems={problems} />
          </li>
        ))}
      </ul>
      <button type="button" className={classes.fold} onClick={onFold}>
        <Fold size={20} aria-hidden />
        <VisuallyHidden>{folded ? 'Show the names' : 'Show icons only'}</VisuallyHidden>
      </button>
    </nav>
  )
}

function NavLink({ item, problems }: { item: NavItem; problems: number }) {
  const current = useIsCurrent(item)
  return (
    <Link
      to={item.to}
      className={classes.item}
      data-current={current || undefined}
      {...(current ? { 'aria-current': 'page' } : {})}
    >
      <item.icon size={20} stroke={1.75} aria-hidden />
      <span className={classes.name}>{item.label}</span>
      {item.countsProblems && problems > 0 && (
        <span className={classes.count}>
          {problems}
          <VisuallyHidden> open {problems === 1 ? 'problem' : 'problems'}</VisuallyHidden>
        </span>
      )}
    </Link>
  )
}

/** Whether the page that is shown belongs to an entry of the navigation. */
export function useIsCurrent(item: NavItem): boolean {
  const path = useLocation({ select: (l) => l.pathname })
  return [item.to, ...(item.within ?? [])].some((base) =>
    base === '/' ? path === '/' : path === base || path.startsWith(`${base}/`),
  )
}
