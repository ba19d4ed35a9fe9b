import { NativeSelect, Text } from '@mantine/core'
import { Link, useLocation, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/PageHeader'
import classes from './SettingsPage.module.css'
import { useSections } from './sections'

interface Props {
  /** Name of the section: heading, and title of the tab. */
  title: string
  /** What it is for, in one sentence. */
  description?: ReactNode
  /** Where the arrow leads, from a page within a section. */
  back?: { to: string; label: string }
  /** Buttons beside the heading; at most one of them filled. */
  actions?: ReactNode
  children: ReactNode
}

/** A section of the settings, with the way to the others at its side. */
export function SettingsPage({ title, description, back, actions, children }: Props) {
  return (
    <div className={classes.settings}>
      <SectionNavigation />
      <div className={classes.section}>
        <PageHeader
          title={title}
          tabTitle={`${title} · Settings`}
          description={description}
          actions={actions}
          {...(back ? { back } : {})}
        />
        {children}
      </div>
    </div>
  )
}

function SectionNavigation() {
  const path = useLocation({ select: (l) => l.pathname })
  const navigate = useNavigate()
  const shown = useSections()
  return (
    <nav className={classes.navigation} aria-label="Settings">
      <NativeSelect
        className={classes.select}
        label="Settings: go to"
        value={shown.find((s) => isWithin(path, s.path))?.path ?? ''}
        data={shown.map((s) => ({ value: s.path, label: s.label }))}
        onChange={(e) => void navigate({ to: e.currentTarget.value })}
      />
      <Text className={classes.heading} fw={600} aria-hidden>
        Settings
      </Text>
      <ul className={classes.list}>
        {shown.map((section) => (
          <li key={section.path}>
            <Link
              to={section.path}
              className={classes.item}
              data-current={isWithin(path, section.path) || undefined}
              {...(isWithin(path, section.path) ? { 'aria-current': 'page' } : {})}
            >
              {section.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

const isWithin = (path: string, base: string) => path === base || path.startsWith(`${base}/`)
