import classes from './RuleTabs.module.css'

export type Tab = 'edit' | 'runs' | 'history'

const tabs: { value: Tab; label: string }[] = [
  { value: 'edit', label: 'Edit' },
  { value: 'runs', label: 'Runs' },
  { value: 'history', label: 'History' },
]

interface Props {
  tab: Tab
  onTab: (tab: Tab) => void
  readOnly: boolean
}

/** The pages of a rule. */
export function RuleTabs({ tab, onTab, readOnly }: Props) {
  return (
    <nav className={classes.tabs} aria-label="Rule">
      {tabs.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          className={classes.tab}
          aria-current={value === tab ? 'page' : undefined}
          onClick={() => onTab(value)}
        >
          {readOnly && value === 'edit' ? 'Rule' : label}
        </button>
      ))}
    </nav>
  )
}
