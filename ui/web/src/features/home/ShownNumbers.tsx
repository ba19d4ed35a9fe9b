import { SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { ActivityCharts } from './ActivityCharts'
import { Causes } from './Causes'
import { Ledgers } from './Ledgers'
import { activityQuery, ledgersQuery, periods } from './queries'
import { QueueNumbers } from './QueueNumbers'

/** Charts, queue, sums by inbox and failures by cause. */
export function ShownNumbers() {
  const [period, setPeriod] = useState<keyof typeof periods>('day')
  const activity = useQuery(activityQuery(period))
  const stats = useQuery(ledgersQuery)
  const again = () => void activity.refetch()
  return (
    <Stack gap="xl">
      <section aria-label="Over time">
        <SegmentedControl
          aria-label="How far back"
          mb="md"
          value={period}
          onChange={setPeriod}
          data={[
            { value: 'day', label: periods.day.label },
            { value: 'week', label: periods.week.label },
            { value: 'month', label: periods.month.label },
          ]}
        />
        <ErrorAlert error={activity.error} title="Numbers could not be loaded." retry={again} />
        {activity.isPending && <CardSkeleton height={220} retry={again} />}
        {activity.data && <ActivityCharts activity={activity.data} period={periods[period]} />}
      </section>
      <ErrorAlert error={stats.error} title="Numbers could not be loaded." retry={() => void stats.refetch()} />
      {stats.data && (
        <>
          <QueueNumbers stats={stats.data} />
          <Ledgers inboxes={stats.data.inboxes} />
        </>
      )}
      <Causes />
    </Stack>
  )
}
