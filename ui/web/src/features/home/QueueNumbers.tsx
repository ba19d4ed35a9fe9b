import { Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Schemas } from '@/api/client'
import { bytesText, countText, durationText } from '@/components/format'
import { useNow } from '@/components/time'
import { overviewQuery } from '@/features/rules'
import { storageQuery } from '@/features/settings'
import classes from './home.module.css'
import { ListLink } from './ListLink'

/** What waits, and what is stored. Each number leads to what it counts. */
export function QueueNumbers({ stats }: { stats: Schemas['Stats'] }) {
  const { depth } = stats
  const { data: overview } = useQuery(overviewQuery)
  const { data: storage } = useQuery(storageQuery)
  return (
    <section aria-labelledby="queue">
      <Title order={3} id="queue" mb="sm">
        Now
      </Title>
      <dl className={classes.numbers}>
        <Number name="Oldest waiting to start" to="/runs" search={{ state: 'queued' }}>
          <Oldest since={depth.oldest} />
        </Number>
        <Number name="About to start" to="/runs" search={{ state: 'queued' }}>
          {countText(depth.queued, 'run')}
        </Number>
        <Number name="Events being checked" to="/events" search={{ result: 'pending' }}>
          {countText(depth.pending, 'event')}
        </Number>
        <Number name="Working" to="/runs" search={{ state: 'running' }}>
          {countText(depth.running, 'run')}
        </Number>
        <Number name="Waiting for another try" to="/problems">
          {overview ? countText(overview.problems.waiting, 'run') : '–'}
        </Number>
        <Number name="Waiting in all" to="/runs" search={{ state: 'waiting' }}>
          {countText(depth.waiting, 'run')}
        </Number>
        {storage && (
          <Number name="Stored on the disk" to="/settings/storage">
            {bytesText(storage.used)}
            <Text c="dimmed" fw={400}>
              {forecast(storage)}
            </Text>
          </Number>
        )}
      </dl>
    </section>
  )
}

interface Props {
  name: string
  to: string
  search?: Record<string, string>
  children: ReactNode
}

function Number({ name, to, search, children }: Props) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <ListLink to={to} search={search} inherit>
          {children}
        </ListLink>
      </dd>
    </div>
  )
}

function Oldest({ since }: { since: string | null }) {
  const now = useNow()
  if (since === null) return 'Nothing waits'
  return durationText(Math.max(0, now - Date.parse(since)))
}

function forecast({ disk, fullInDays }: Schemas['Storage']): string {
  const free = `${bytesText(disk.free)} free`
  return fullInDays === null ? free : `${free}, full in about ${countText(Math.max(1, Math.round(fullInDays)), 'day')}`
}
