import { Stack } from '@mantine/core'
import { useMemo } from 'react'
import type { Schemas } from '@/api/client'
import type { Line } from './chartDrawing'
import { CountedSteps, type Counted } from './CountedSteps'
import type { Period } from './queries'

type Events = Schemas['EventsBucket']
type Runs = Schemas['RunsBucket']
type Shape<Bucket> = readonly (Omit<Line, 'values'> & {
  of: (bucket: Bucket) => number
  /** The filter of the list that shows just these. */
  search: Record<string, string>
})[]

const events: Shape<Events> = [
  { label: 'Received', role: 'good', of: (b) => b.accepted, search: { result: 'accepted' } },
  { label: 'Refused', role: 'bad', of: (b) => b.rejected, search: { result: 'rejected' } },
  { label: 'Held', role: 'moving', of: (b) => b.held, search: { result: 'held' } },
  { label: 'Repeats', role: 'neutral', of: (b) => b.duplicate, search: { result: 'duplicate' } },
]

const runs: Shape<Runs> = [
  { label: 'Done', role: 'good', of: (b) => b.succeeded, search: { state: 'succeeded' } },
  { label: 'Failed', role: 'bad', of: (b) => b.failed, search: { state: 'failed' } },
  { label: 'Stopped', role: 'neutral', of: (b) => b.filtered + b.skipped + b.canceled, search: {} },
]

/** Events and runs over time. */
export function ActivityCharts({ activity, period }: { activity: Schemas['Activity']; period: Period }) {
  const came = useMemo(() => stepsOf(activity.events, events), [activity.events])
  const done = useMemo(() => stepsOf(activity.runs, runs), [activity.runs])
  return (
    <Stack gap="lg">
      <CountedSteps title="Events" noun="event" to="/events" period={period} {...came} />
      <CountedSteps title="Runs" noun="run" to="/runs" period={period} {...done} />
    </Stack>
  )
}

function stepsOf<Bucket extends { at: string }>(buckets: readonly Bucket[], shape: Shape<Bucket>) {
  const lines: Counted[] = shape.map(({ of, ...line }) => ({ ...line, values: buckets.map(of) }))
  return { lines, at: buckets.map((b) => b.at) }
}
