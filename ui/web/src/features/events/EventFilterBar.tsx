import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '@/api/session'
import { type Filter, FilterBar } from '@/components/FilterBar'
import { spanOption } from '@/components/timeSpan'
import { RunAllAgain } from './RunAllAgain'
import { type EventFilters, inboxNamesQuery, kindsQuery } from './queries'

const results = [
  { value: 'accepted', label: 'Received' },
  { value: 'matched', label: 'Started rules' },
  { value: 'unmatched', label: 'No rule wanted it' },
  { value: 'pending', label: 'Checking rules' },
  { value: 'duplicate', label: 'Repeat' },
  { value: 'rejected', label: 'Refused' },
  { value: 'held', label: 'Held' },
]

const spans = [
  { value: 'hour', label: 'Last hour' },
  { value: 'day', label: 'Last 24 hours' },
  { value: 'week', label: 'Last 7 days' },
  { value: 'month', label: 'Last 30 days' },
]

interface Props {
  filters: EventFilters
  paused: boolean
  onPause: (paused: boolean) => void
  /** One event is open: what is done then is done to it alone. */
  single: boolean
}

export function EventFilterBar({ filters, paused, onPause, single }: Props) {
  const may = useMay('change')
  const inboxes = useQuery(inboxNamesQuery).data?.items ?? []
  const kinds = useQuery(kindsQuery(filters.inbox)).data?.items ?? []
  const choices: Filter[] = [
    { key: 'q', label: 'Search events', kind: 'search', placeholder: 'Order number, name, any text' },
    {
      key: 'inbox',
      label: 'Inbox',
      kind: 'one',
      options: inboxes.map((b) => ({ value: b.name, label: b.title || b.name })),
    },
    { key: 'result', label: 'Result', kind: 'one', options: results },
    {
      key: 'kind',
      label: 'Kind of event',
      kind: 'one',
      options: kinds.filter((k) => k.type !== '').map((k) => ({ value: k.type, label: k.type })),
    },
    { key: 'since', label: 'Any time', kind: 'one', options: [...spans, ...spanOption(filters.since)] },
  ]
  const Icon = paused ? IconPlayerPlay : IconPlayerPause
  return (
    <FilterBar filters={choices}>
      <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={() => onPause(!paused)}>
        {paused ? 'Go on' : 'Pause'}
      </Button>
      {may && !single && <RunAllAgain filters={filters} />}
    </FilterBar>
  )
}
