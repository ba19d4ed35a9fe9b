import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { StatusBadge } from '@/components/StatusBadge'
import { originStatus, runStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import type { RunSummary } from './queries'
import classes from './runs.module.css'
import { SettleButtons } from './SettleButtons'
import { aboutText, outcomeText, tookText } from './words'

export const runColumns = (narrow: boolean): string =>
  `192px minmax(0, 3fr) minmax(0, 4fr) minmax(0, 5fr) ${narrow ? '' : '84px '}88px`
/** With buttons for what a person has to decide. */
export const settleColumns = 'minmax(0, 3fr) minmax(0, 4fr) 320px 88px'

export function RunHeader({ settle, narrow }: { settle: boolean; narrow: boolean }) {
  return settle ? (
    <>
      <span>Event</span>
      <span>What happened</span>
      <span>What now</span>
      <span className="number">Started</span>
    </>
  ) : (
    <>
      <span>State</span>
      <span>Rule</span>
      <span>Event</span>
      <span>What happened</span>
      {!narrow && <span className="number">Took</span>}
      <span className="number">Started</span>
    </>
  )
}

export function Row({ run, narrow }: { run: RunSummary; narrow: boolean }) {
  return (
    <>
      <State run={run} />
      <Text truncate>
        <RunLink run={run}>{run.ruleName || run.ruleId}</RunLink>
      </Text>
      <About run={run} />
      <Outcome run={run} />
      {!narrow && (
        <Text c="dimmed" className="number">
          {tookText(run)}
        </Text>
      )}
      <Started run={run} />
    </>
  )
}

/** A run that may have been sent, with what can be said about it. */
export function SettleRow({ run }: { run: RunSummary }) {
  return (
    <>
      <Text truncate>
        <RunLink run={run}>{aboutText(run)}</RunLink>
      </Text>
      <Outcome run={run} />
      <SettleButtons run={run} />
      <Started run={run} />
    </>
  )
}

export function PhoneRow({ run, settle }: { run: RunSummary; settle: boolean }) {
  return (
    <>
      <Text truncate>
        <RunLink run={run}>{run.ruleName || run.ruleId}</RunLink>
        <Text span c="dimmed">
          {' · '}
          <bdi>{aboutText(run)}</bdi>
        </Text>
      </Text>
      <Started run={run} small />
      <Group gap="xs" wrap="nowrap" style={{ gridColumn: '1 / -1' }}>
        <State run={run} plain />
        <Outcome run={run} small />
      </Group>
      {settle && (
        <div style={{ gridColumn: '1 / -1' }}>
          <SettleButtons run={run} />
        </div>
      )}
    </>
  )
}

function State({ run, plain = false }: { run: RunSummary; plain?: boolean }) {
  const { role, word } = runStatus(run)
  return (
    <span className={classes.badge}>
      <StatusBadge status={{ role, word }} plain={plain} />
    </span>
  )
}

function About({ run }: { run: RunSummary }) {
  const origin = run.event.origin === '' ? undefined : originStatus(run.event.origin)
  return (
    <Group gap="xs" wrap="nowrap">
      {origin && (
        <span className={classes.badge}>
          <StatusBadge status={origin} />
        </span>
      )}
      <Text truncate c="dimmed">
        <bdi>{aboutText(run)}</bdi>
      </Text>
    </Group>
  )
}

function Outcome({ run, small = false }: { run: RunSummary; small?: boolean }) {
  const text = outcomeText(run)
  return (
    <Text truncate c="dimmed" title={text} fz={small ? 'xs' : 'sm'}>
      <bdi>{text}</bdi>
    </Text>
  )
}

function Started({ run, small = false }: { run: RunSummary; small?: boolean }) {
  return (
    <Text c="dimmed" className="number" component="div" fz={small ? 'xs' : 'sm'}>
      <TimeAgo at={run.createdAt} />
    </Text>
  )
}

function RunLink({ run, children }: { run: RunSummary; children: string }) {
  return (
    <>
      <Link to="/runs/$id" params={{ id: run.id }} className="rowLink">
        <bdi>{children}</bdi>
      </Link>
      {run.trigger !== 'live' && (
        <Text span c="dimmed" fz="xs">
          {run.trigger === 'test' ? ' Test' : ' Run again'}
        </Text>
      )}
    </>
  )
}
