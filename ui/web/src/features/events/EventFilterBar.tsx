import { useQuery } from '@tanstack/react-query'
import { useInboxChoices } from '@/api/inboxes'
import { type Filter, FilterBar } from '@/components/FilterBar'
import { spanOption } from '@/components/timeSpan'
import { type EventFilters, kindsQuery } from './queries'

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

export function EventFilterBar({ filters, compact }: { filters: EventFilters; compact: boolean }) {
  const inboxes = useInboxChoices()
  const kinds = useQuery(kindsQuery(filters.inbox)).data?.items ?? []
  const choices: Filter[] = [
    { key: 'q', label: 'Search events', kind: 'search', placeholder: 'Order number, name, any text' },
    { key: 'inbox', label: 'Any inbox', kind: 'one', options: inboxes },
    { key: 'result', label: 'Any result', kind: 'one', options: results },
    {
      key: 'kind',
      label: 'Any kind of event',
      kind: 'one',
      options: kinds.filter((k) => k.type !== '').map((k) => ({ value: k.type, label: k.type })),
    },
    { key: 'since', label: 'Any time', kind: 'one', options: [...spans, ...spanOption(filters.since)] },
  ]
  return <FilterBar filters={choices} compact={compact} />
}
