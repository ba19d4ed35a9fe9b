import { Anchor, Card, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'
import { StatusBadge } from '@/components/StatusBadge'
import { lastRunStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import { RuleSentence } from '@/features/rules'
import classes from './home.module.css'

interface Props {
  rules: readonly Schemas['Rule'][]
  activity: readonly Schemas['RuleActivity'][]
}

const most = 6

/** The rules that are on, those that worked last first. */
export function RulesAtWork({ rules, activity }: Props) {
  const lastOf = (id: string) => activity.find((a) => a.ruleId === id)?.last
  const on = rules
    .filter((rule) => rule.enabled && rule.version > 0)
    .toSorted((a, b) => (lastOf(b.id)?.at ?? '').localeCompare(lastOf(a.id)?.at ?? ''))
  if (on.length === 0) return null
  return (
    <Card component="section" aria-labelledby="at-work">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="at-work">
          {countText(on.length, 'rule')} at work
        </Title>
        <Anchor component={Link} to="/rules">
          All rules
        </Anchor>
      </Group>
      <ul className={classes.lines}>
        {on.slice(0, most).map((rule) => {
          const last = lastOf(rule.id)
          return (
            <li key={rule.id} className={classes.line}>
              <div className={classes.words}>
                <Anchor component={Link} to={`/rules/${rule.id}`} fw={500}>
                  <bdi>{rule.name}</bdi>
                </Anchor>
                <Text c="dimmed">
                  <RuleSentence parts={rule.sentence} />
                </Text>
              </div>
              <LastResult last={last} />
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

function LastResult({ last }: { last: Schemas['LastRun'] | undefined }) {
  if (last === undefined) return <Text c="dimmed">Has not run yet</Text>
  return (
    <Group gap="xs" wrap="nowrap">
      <StatusBadge status={lastRunStatus(last)} />
      <Anchor component={Link} to={`/runs/${last.runId}`} fz="xs">
        <TimeAgo at={last.at} />
      </Anchor>
    </Group>
  )
}
