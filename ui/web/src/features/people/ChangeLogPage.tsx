import { Button, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { mayNot, useMay } from '@/api/session'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FilterBar } from '@/components/FilterBar'
import { ListSkeleton } from '@/components/Loading'
import { useUrlFilters } from '@/components/useUrlFilters'
import { SettingsPage } from '@/features/settings'
import { LogRow } from './LogRow'
import { kinds, whoText } from './logWords'
import { logQuery, nameOf, peopleQuery, tokensQuery } from './queries'

export function ChangeLogPage() {
  const may = useMay('administer')
  return (
    <SettingsPage title="Change log" description="Who changed what, newest first. Nobody can change or delete it.">
      {may ? <Log /> : <Text c="dimmed">{mayNot.administer}</Text>}
    </SettingsPage>
  )
}

const keys = ['q', 'who', 'kind'] as const

function Log() {
  const { values, clear } = useUrlFilters(keys)
  const list = useInfiniteQuery(logQuery(values))
  const { names, actors } = useActors(values['who'])
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const again = () => void list.refetch()
  return (
    <>
      <FilterBar
        filters={[
          { key: 'q', label: 'Find what was changed', kind: 'search' },
          { key: 'who', label: 'Who', kind: 'one', options: actors },
          {
            key: 'kind',
            label: 'What',
            kind: 'one',
            options: Object.entries(kinds).map(([value, label]) => ({ value, label })),
          },
        ]}
      />
      <ErrorAlert error={list.error} title="The change log could not be loaded." retry={again} />
      {list.isPending && <ListSkeleton rows={12} retry={again} />}
      {list.data && items.length === 0 && (
        <EmptyState
          icon={IconHistory}
          title="Nothing matches"
          actions={
            <Button variant="default" onClick={clear}>
              Clear filters
            </Button>
          }
        />
      )}
      {items.length > 0 && (
        <DataList
          label="Changes"
          items={items}
          keyOf={(line) => line.seq}
          columns="minmax(0, 1fr) 112px"
          phoneHeight={84}
          busy={list.isFetching}
          onEndReached={() => {
            if (list.hasNextPage && !list.isError) void list.fetchNextPage()
          }}
          row={(line, phone) => <LogRow line={line} names={names} phone={phone} />}
        />
      )}
    </>
  )
}

/** Everybody who may stand in the log, by name; the one that is filtered for even when removed by now. */
function useActors(chosen: string | undefined) {
  const people = useQuery(peopleQuery)
  const tokens = useQuery(tokensQuery)
  const names = new Map((people.data?.items ?? []).map((p) => [p.email.toLowerCase(), nameOf(p)]))
  const all = [
    ...(people.data?.items ?? []).map((p) => p.email),
    ...(tokens.data?.items ?? []).map((t) => `token:${t.name}`),
    'local',
    ...(chosen ? [chosen] : []),
  ]
  return { names, actors: [...new Set(all)].map((value) => ({ value, label: whoText(value, names) })) }
}
