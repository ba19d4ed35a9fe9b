import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { openProblemsQuery } from '@/api/problems'
import classes from './ActivityTabs.module.css'

const tabs: readonly { to: string; label: string }[] = [
  { to: '/events', label: 'Events' },
  { to: '/runs', label: 'Runs' },
  { to: '/problems', label: 'Problems' },
]

/** Leads from one view of the activity to the next; stands below the heading of each. */
export function ActivityTabs() {
  const path = useLocation({ select: (l) => l.pathname })
  const { data } = useQuery(openProblemsQuery)
  const open = data?.items.length ?? 0
  return (
    <nav className={classes.tabs} aria-label="Activity">
      {tabs.map(({ to, label }) => {
        const current = path === to || path.startsWith(`${to}/`)
        return (
          <Link
            key={to}
            to={to}
            className={classes.tab}
            data-current={current || undefined}
            {...(current ? { 'aria-current': 'page' } : {})}
          >
            {label}
            {to === '/problems' && open > 0 && (
              <span className={classes.count}>
                {open}
                <VisuallyHidden> open</VisuallyHidden>
              </span>
            )}
          </Link>
        )
      })}
    </nav>
  )
}
