import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { durationText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import { runStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import type { RunFilter } from './filter'
import type { RunSummary } from './queries'
import { useRuns } from './useRuns'

interface Props {
  filter: RunFilter
  label?: string
  /** What stands there when there is none. */
  empty: ReactNode
}

/** Runs, newest first, of any length; follows what happens. */
export function RunTable({ filter, label = 'Runs', empty }: Props) {
  const { list, items, openedAt } = useRuns(filter)
  const again = () => void list.refetch()
  if (list.isPending) return <ListSkeleton rows={12} retry={again} />
  return (
    <>
      <ErrorAlert error={list.error} title="The runs could not be loaded." retry={again} />
      {list.data && items.length === 0 && empty}
      {items.length > 0 && (
        <DataList
          label={label}
          items={items}
          keyOf={(run) => run.id}
          columns="220px minmax(0, 3fr) minmax(0, 2fr) 96px 96px"
          header={
            <>
              <span>State</span>
              <span>Rule</span>
              <span>Inbox</span>
              <span className="number">Took</span>
              <span className="number">Started</span>
            </>
          }
          row={(run, phone) => (phone ? <PhoneRow run={run} /> : <Row run={run} />)}
          isNew={(run) => Date.parse(run.createdAt) > openedAt}
          onEndReached={() => {
            if (list.hasNextPage && !list.isFetching) void list.fetchNextPage()
          }}
          footer={
            list.isFetchingNextPage && (
              <Text c="dimmed" p="sm" role="status">
                Loading more
              </Text>
            )
          }
        />
      )}
    </>
  )
}

function Row({ run }: { run: RunSummary }) {
  return (
    <>
      <span>
        <StatusBadge status={runStatus(run)} />
      </span>
      <Text truncate>
        <RunLink run={run} />
      </Text>
      <Text truncate c="dimmed">
        <bdi>{run.inbox}</bdi>
      </Text>
      <Text c="dimmed" className="number">
        {tookText(run)}
      </Text>
      <Text c="dimmed" className="number" component="div">
        <TimeAgo at={run.createdAt} />
      </Text>
    </>
  )
}

function PhoneRow({ run }: { run: RunSummary }) {
  return (
    <>
      <Text truncate>
        <RunLink run={run} />
      </Text>
      <Text c="dimmed" fz="xs" component="div">
        <TimeAgo at={run.createdAt} />
      </Text>
      <StatusBadge status={runStatus(run)} plain />
      <Text c="dimmed" fz="xs" className="number">
        {tookText(run)}
      </Text>
    </>
  )
}

function RunLink({ run }: { run: RunSummary }) {
  return (
    <>
      <Link to="/runs/$id" params={{ id: run.id }} className="rowLink">
        <bdi>{run.ruleName || run.ruleId}</bdi>
      </Link>
      {run.trigger !== 'live' && (
        <Text span c="dimmed" fz="xs">
          {' '}
          {run.trigger === 'test' ? 'Test' : 'Run again'}
        </Text>
      )}
    </>
  )
}

/** How long a run took from beginning to end; "" while it is not over. */
export function tookText(run: Pick<RunSummary, 'startedAt' | 'finishedAt'>): string {
  if (run.startedAt === null || run.finishedAt === null) return ''
  return durationText(Math.max(0, Date.parse(run.finishedAt) - Date.parse(run.startedAt)))
}
