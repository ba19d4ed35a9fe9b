import { Anchor, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import type { Status } from '@/components/status'
import { RunLine } from './EventRuns'
import classes from './events.module.css'
import { type EventDetail, type EventRule, eventRulesQuery } from './queries'
import { useRunAgain } from './runAgain'
import { WhyNot } from './WhyNot'

const words: Record<EventRule['result'], Status> = {
  matched: { role: 'good', word: 'Started' },
  'not-matched': { role: 'neutral', word: 'Did not want it', detail: 'Its conditions said no, or it was off then.' },
  'not-told': { role: 'unsure', word: 'Cannot tell' },
  'not-published': { role: 'neutral', word: 'Was not turned on yet' },
  'not-judged': { role: 'neutral', word: 'Was not asked', detail: 'No rule was asked about this event.' },
}

/** What each rule of the inbox made of the event: the answer to "why did it not run?". */
export function EventRules({ event }: { event: EventDetail }) {
  const { data, error, isPending, refetch } = useQuery(eventRulesQuery(event.id))
  const again = () => void refetch()
  if (isPending) return <ListSkeleton rows={3} retry={again} />
  if (data === undefined) return <ErrorAlert error={error} title="The rules could not be loaded." retry={again} />
  if (data.items.length === 0) return <Text c="dimmed">No rule listens to this inbox.</Text>
  return data.items.map((rule) => <RuleLine key={rule.ruleId} event={event} rule={rule} />)
}

function RuleLine({ event, rule }: { event: EventDetail; rule: EventRule }) {
  const may = useMay('change')
  const run = useRunAgain(event.id)
  const there = rule.version > 0
  return (
    <div className={classes.item}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <div style={{ minWidth: 0 }}>
          <Text fw={500} truncate>
            {there ? (
              <Anchor
                renderRoot={(props) => (
                  <Link to="/rules/$id" params={{ id: rule.ruleId }} search={{ event: event.id }} {...props} />
                )}
              >
                <bdi>{rule.ruleName}</bdi>
              </Anchor>
            ) : (
              <bdi>{rule.ruleName} (deleted)</bdi>
            )}
          </Text>
          <StatusBadge status={words[rule.result]} plain />
        </div>
        {may && there && (
          <Group gap={4}>
            <Button
              size="xs"
              variant="default"
              loading={run.isPending}
              onClick={() => run.mutate({ rules: [rule.ruleId] })}
            >
              Run again
            </Button>
            {rule.result !== 'matched' && (
              <Button
                component={Link}
                to="/rules/$id"
                params={{ id: rule.ruleId } as never}
                search={{ event: event.id, row: 'deciding' } as never}
                size="xs"
                variant="default"
              >
                Change the rule
              </Button>
            )}
            {rule.result !== 'matched' && (
              <Button
                size="xs"
                variant="default"
                title="Ignores the conditions this once"
                loading={run.isPending}
                onClick={() => run.mutate({ rules: [rule.ruleId], force: true })}
              >
                Run anyway
              </Button>
            )}
          </Group>
        )}
      </Group>
      {rule.note !== '' && <Text mt={4}>{rule.note}</Text>}
      {(rule.result === 'not-matched' || rule.result === 'not-told') && there && <WhyNot event={event} rule={rule} />}
      {rule.versionThen > 0 && rule.version > rule.versionThen && (
        <Text mt={4} c="dimmed">
          The rule has changed since: then it was version {rule.versionThen}, now it is {rule.version}.
        </Text>
      )}
      {rule.runs.map((r) => (
        <RunLine key={r.id} run={r} />
      ))}
      <ErrorAlert error={run.error} title="It was not run again." />
    </div>
  )
}
