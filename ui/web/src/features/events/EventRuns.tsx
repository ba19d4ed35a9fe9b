import { Anchor, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { StatusBadge } from '@/components/StatusBadge'
import { runStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import { withTimes } from '@/components/time'
import classes from './events.module.css'
import type { EventDetail } from './queries'

type Run = EventDetail['runs'][number]

/** What rules did with the event. */
export function EventRuns({ event }: { event: EventDetail }) {
  if (event.runs.length === 0) return <Text c="dimmed">No rule has done anything with this event.</Text>
  return event.runs.map((run) => <RunLine key={run.id} run={run} named />)
}

export function RunLine({ run, named = false }: { run: Run; named?: boolean }) {
  const page: string = `/runs/${run.id}`
  return (
    <div className={named ? classes.item : undefined}>
      <Group gap="xs">
        <StatusBadge status={runStatus(run)} plain />
        <Anchor renderRoot={(props) => <Link to={page} {...props} />}>
          {named ? <bdi>{run.ruleName}</bdi> : 'Open the run'}
        </Anchor>
        <Text c="dimmed" component="span">
          <TimeAgo at={run.createdAt} />
        </Text>
        {run.trigger !== 'live' && <Text c="dimmed">{run.trigger === 'test' ? 'Test' : 'Run again'}</Text>}
      </Group>
      {run.reason !== '' && <Text c="dimmed">{withTimes(run.reason)}</Text>}
    </div>
  )
}
