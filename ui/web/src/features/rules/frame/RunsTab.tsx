import { IconActivity } from '@tabler/icons-react'
import { EmptyState } from '@/components/EmptyState'
import { RunTable } from '@/features/runs'
import classes from './Tab.module.css'

/** What the rule has done. */
export function RunsTab({ id }: { id: string }) {
  return (
    <div className={classes.tab}>
      <RunTable
        filter={{ rule: id }}
        empty={
          <EmptyState icon={IconActivity} title="No run yet">
            A run appears each time this rule does its work.
          </EmptyState>
        }
      />
    </div>
  )
}
