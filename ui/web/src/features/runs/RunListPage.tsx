import { Button } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useInboxChoices } from '@/api/inboxes'
import { EmptyState } from '@/components/EmptyState'
import { type Filter, FilterBar } from '@/components/FilterBar'
import { PageHeader } from '@/components/PageHeader'
import { spanOption } from '@/components/timeSpan'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ActivityTabs } from '@/features/activity'
import { BulkButtons } from './BulkButtons'
import { spans, states } from './filter'
import { ruleNamesQuery } from './queries'
import { RunTable } from './RunTable'

const keys = ['rule', 'inbox', 'state', 'since']
const labelled = (choices: Readonly<Record<string, { label: string }>>) =>
  Object.entries(choices).map(([value, { label }]) => ({ value, label }))

export function RunListPage() {
  const { values, clear } = useUrlFilters(keys)
  const rules = useQuery(ruleNamesQuery)
  const inboxes = useInboxChoices()
  const filters: Filter[] = [
    { key: 'rule', label: 'Any rule', kind: 'one', options: rules.data ?? [] },
    { key: 'inbox', label: 'Any inbox', kind: 'one', options: inboxes },
    { key: 'state', label: 'Any state', kind: 'one', options: labelled(states) },
    { key: 'since', label: 'Any time', kind: 'one', options: [...labelled(spans), ...spanOption(values['since'])] },
  ]
  const filtered = keys.some((key) => values[key] !== undefined)
  return (
    <>
      <PageHeader
        title="Runs"
        description="A run is one time a rule did its work."
        actions={<BulkButtons filter={values} />}
      />
      <ActivityTabs />
      <FilterBar filters={filters} />
      <RunTable
        key={JSON.stringify(values)}
        filter={values}
        empty={
          filtered ? (
            <EmptyState
              icon={IconActivity}
              title="Nothing matches"
              actions={
                <Button variant="default" onClick={clear}>
                  Clear filters
                </Button>
              }
            />
          ) : (
            <EmptyState icon={IconActivity} title="No run yet">
              A run appears each time a rule does its work.
            </EmptyState>
          )
        }
      />
    </>
  )
}
