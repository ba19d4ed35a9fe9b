import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { useNarrow } from '@/components/usePhone'
import type { RunFilter } from './filter'
import { PhoneRow, Row, RunHeader, runColumns, SettleRow, settleColumns } from './RunRow'
import { useRuns } from './useRuns'

interface Props {
  filter: RunFilter
  label?: string
  /** Each row has buttons for what a person has to decide: It arrived, Send again, Skip. */
  settle?: boolean
  /** What stands there when there is none. */
  empty: ReactNode
}

/** Runs, newest first, of any length; follows what happens. */
export function RunTable({ filter, label = 'Runs', settle = false, empty }: Props) {
  const { list, items, openedAt } = useRuns(filter)
  const narrow = useNarrow()
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
          columns={settle ? settleColumns : runColumns(narrow)}
          {...(settle ? { phoneHeight: 120 } : {})}
          header={<RunHeader settle={settle} narrow={narrow} />}
          row={(run, phone) => {
            if (phone) return <PhoneRow run={run} settle={settle} />
            return settle ? <SettleRow run={run} /> : <Row run={run} narrow={narrow} />
          }}
          isNew={(run) => Date.parse(run.createdAt) > openedAt}
          busy={list.isFetching}
          onEndReached={() => {
            if (list.hasNextPage && !list.isError) void list.fetchNextPage()
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
