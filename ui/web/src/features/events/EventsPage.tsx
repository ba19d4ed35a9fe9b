import { Button, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconActivity } from '@tabler/icons-react'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useInboxTitle } from '@/api/inboxes'
import { useNarrow } from '@/components/usePhone'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ActivityTabs } from '@/features/activity'
import { EventFilterBar } from './EventFilterBar'
import { EventPanel } from './EventPanel'
import { EventHeader, EventRow, eventColumns, narrowColumns, tabletColumns } from './EventRow'
import classes from './events.module.css'
import { ListActions } from './ListActions'
import { MissingPanel } from './missing/MissingPanel'
import { NewsPill } from './NewsPill'
import { type EventFilters, filterKeys } from './queries'
import { useEventFeed } from './useEventFeed'

// "yes", or the rule that should have run.
const missingKeys = ['missing', 'expected', 'within'] as const

/** Everything that came in, newest first and live; one event opens beside the list. */
export function EventsPage() {
  const { id } = useParams({ strict: false })
  const navigate = useNavigate()
  const { values, clear } = useUrlFilters(filterKeys)
  const filters: EventFilters = values
  const [paused, setPaused] = useState(false)
  const pointed = useRef(false)
  const feed = useEventFeed({
    filters,
    paused,
    mayMove: () => !paused && !pointed.current && window.scrollY < 40 && id === undefined,
  })
  const { query, items } = feed
  const inboxTitle = useInboxTitle()
  const missing = useUrlFilters(missingKeys)
  const filtered = filterKeys.some((key) => values[key] !== undefined)
  const narrow = useMediaQuery('(min-width: 1280px)', true, { getInitialValueInEffect: false }) && id !== undefined
  const tablet = useNarrow()
  const sized = !narrow && !tablet
  const again = () => void query.refetch()
  const pause = (next: boolean) => {
    setPaused(next)
    if (!next) feed.resume()
  }
  const open = (next: string | undefined) =>
    void (next === undefined
      ? navigate({ to: '/events', search: (old: object) => old, resetScroll: false })
      : navigate({
          to: '/events/$id',
          params: { id: next },
          search: (old: object) => old,
          replace: true,
          resetScroll: false,
        }))
  return (
    <div className={id === undefined ? undefined : classes.narrow}>
      <PageHeader
        title="Events"
        description="What came in, and what became of it."
        actions={<ListActions filters={filters} paused={paused} onPause={pause} single={id !== undefined} />}
      />
      <ActivityTabs />
      <EventFilterBar filters={filters} compact={narrow} />
      {filters.q && query.data && <Looked page={query.data.pages.at(-1)} />}
      <ErrorAlert error={query.error} title="The events could not be loaded." retry={again} />
      {query.isPending && <ListSkeleton rows={10} retry={again} />}
      <NewsPill feed={feed} paused={paused} />
      {query.data && items.length === 0 && <NoEvents filtered={filtered} onClear={clear} />}
      {items.length > 0 && (
        <div onPointerEnter={() => (pointed.current = true)} onPointerLeave={() => (pointed.current = false)}>
          <DataList
            label="Events"
            items={items}
            keyOf={(e) => e.id}
            columns={narrow ? narrowColumns : tablet ? tabletColumns : eventColumns}
            header={<EventHeader narrow={narrow} sized={sized} />}
            selected={id}
            isNew={(e) => feed.added.has(e.id)}
            busy={query.isFetching}
            onEndReached={() => {
              if (query.hasNextPage && !query.isError) void query.fetchNextPage()
            }}
            row={(event, phone) => (
              <EventRow event={event} phone={phone} narrow={narrow} sized={sized} inboxTitle={inboxTitle} />
            )}
          />
        </div>
      )}
      {missing.values['missing'] !== undefined && id === undefined && (
        <MissingPanel rule={missing.values['missing']} onClose={missing.clear} />
      )}
      {id !== undefined && <EventPanel id={id} items={items} onOpen={open} />}
    </div>
  )
}

function Looked({ page }: { page: { searched?: number; complete: boolean } | undefined }) {
  if (page === undefined) return null
  const count = countText(page.searched ?? 0, 'event')
  return (
    <Text c="dimmed" mb="xs" fz="sm">
      {page.complete
        ? `Looked into the data of all ${count}.`
        : `Looked into the data of the newest ${count}, and at the names of older ones.`}
    </Text>
  )
}

function NoEvents({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return filtered ? (
    <EmptyState
      icon={IconActivity}
      title="Nothing matches"
      actions={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    />
  ) : (
    <EmptyState
      icon={IconActivity}
      title="Nothing has come in yet"
      actions={
        <Button component={Link} to="/inboxes">
          Open the inboxes
        </Button>
      }
    >
      Events appear here the moment they arrive. Give another app the address of an inbox, or send a sample.
    </EmptyState>
  )
}
