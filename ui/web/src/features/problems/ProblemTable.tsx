import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CopyButton } from '@/components/CopyButton'
import { DataList } from '@/components/DataList'
import { countText, durationText } from '@/components/format'
import { ProviderTile } from '@/components/ProviderTile'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { useNarrow } from '@/components/usePhone'
import type { Trouble } from './queries'
import { causeOf, endText, heldUp, nameOf, problemStatus, summaryOf } from './words'

/** Open problems: one row for each destination or cause. */
export function ProblemTable({ items }: { items: readonly Trouble[] }) {
  const narrow = useNarrow()
  return (
    <DataList
      label="Open problems"
      items={items}
      keyOf={(problem) => problem.id}
      columns={narrow ? '148px minmax(0, 1fr) 148px 84px' : '160px minmax(0, 1fr) 208px 56px 84px 96px'}
      header={
        <>
          <span>State</span>
          <span>What does not work</span>
          <span>What it holds up</span>
          {!narrow && <span className="number">Rules</span>}
          {!narrow && <span className="number">Next check</span>}
          <span className="number">Since</span>
        </>
      }
      row={(problem, phone) => (phone ? <PhoneRow problem={problem} /> : <Row problem={problem} narrow={narrow} />)}
    />
  )
}

function Row({ problem, narrow }: { problem: Trouble; narrow: boolean }) {
  return (
    <>
      <StatusBadge status={problemStatus(problem)} plain />
      <Named problem={problem} />
      <Text truncate title={heldUp(problem)}>
        {heldUp(problem)}
      </Text>
      {!narrow && (
        <>
          <Text c="dimmed" className="number">
            {problem.rules.length.toLocaleString()}
          </Text>
          <Text c="dimmed" className="number" component="div">
            {problem.nextCheck === null ? '' : <TimeAgo at={problem.nextCheck} ahead />}
          </Text>
        </>
      )}
      <Text c="dimmed" className="number" component="div">
        <TimeAgo at={problem.since} />
      </Text>
    </>
  )
}

function PhoneRow({ problem }: { problem: Trouble }) {
  return (
    <>
      <Text truncate>
        <ProblemLink problem={problem} />
      </Text>
      <Text c="dimmed" fz="xs" component="div">
        <TimeAgo at={problem.since} />
      </Text>
      <Group gap="xs" wrap="nowrap" style={{ gridColumn: '1 / -1' }}>
        <StatusBadge status={problemStatus(problem)} plain />
        <Text c="dimmed" fz="xs" truncate>
          {heldUp(problem)}
        </Text>
      </Group>
    </>
  )
}

function Named({ problem }: { problem: Trouble }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <ProviderTile name={nameOf(problem)} />
      <Text truncate title={causeOf(problem)}>
        <ProblemLink problem={problem} />
      </Text>
    </Group>
  )
}

function ProblemLink({ problem }: { problem: Trouble }) {
  return (
    <Link to="/problems/$id" params={{ id: problem.id }} className="rowLink">
      <bdi>{causeOf(problem)}</bdi>
    </Link>
  )
}

/** Problems that are over, with a plain summary to copy. */
export function SolvedTable({ items }: { items: readonly Trouble[] }) {
  return (
    <DataList
      label="Solved problems"
      items={items}
      keyOf={(problem) => problem.id}
      columns="96px minmax(0, 1fr) 200px 140px 96px 36px"
      row={(problem, phone) => (
        <>
          {phone ? (
            <Text truncate>
              <ProblemLink problem={problem} />
            </Text>
          ) : (
            <>
              <StatusBadge status={problemStatus(problem)} plain />
              <Named problem={problem} />
            </>
          )}
          {!phone && <Text c="dimmed">{endText(problem)}</Text>}
          {!phone && (
            <Text c="dimmed" className="number">
              after {durationText(Date.parse(problem.solvedAt ?? '') - Date.parse(problem.since))}
            </Text>
          )}
          <Text c="dimmed" fz={phone ? 'xs' : 'sm'} className="number" component="div">
            <TimeAgo at={problem.solvedAt ?? problem.since} />
          </Text>
          {phone ? (
            <Text c="dimmed" fz="xs">
              {countText(problem.recovered, 'run went on', 'runs went on')}
            </Text>
          ) : (
            <CopyButton value={summaryOf(problem)} what="the summary" />
          )}
        </>
      )}
    />
  )
}
