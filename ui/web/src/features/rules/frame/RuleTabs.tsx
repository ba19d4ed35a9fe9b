import classes from './RuleTabs.module.css'

export type Tab = 'edit' | 'runs' | 'history'

export const tabs: { value: Tab; label: string }[] = [
  { value: 'edit', label: 'Edit' },
  { value: 'runs', label: 'Runs' },
  { value: 'history', label: 'History' },
]

/** The pages of a rule; Edit is what a viewer sees as Rule. */
export function RuleTabs({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
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
          {label}
        </button>
      ))}
    </nav>
  )
}
