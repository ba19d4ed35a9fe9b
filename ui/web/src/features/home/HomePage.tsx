import { Anchor, Button, Card, Group, List, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { Numbers } from './Numbers'
import { openProblemsQuery, overviewQuery } from './queries'
import { statusText } from './statusText'

/** Is everything working? What needs me? */
export function HomePage() {
  const { data, error, isPending, refetch } = useQuery(overviewQuery)
  const again = () => void refetch()
  return (
    <>
      <PageHeader title="Home" large description={data ? statusText(data) : undefined} />
      <ErrorAlert error={error} title="Home could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={120} retry={again} />}
      <Stack gap="md">
        {data && data.problems.open > 0 && <Attention />}
        {data && <Checklist done={data.checklist} />}
        <Numbers />
      </Stack>
    </>
  )
}

function Attention() {
  const { data, error } = useQuery(openProblemsQuery)
  return (
    <Card component="section" aria-labelledby="attention">
      <Stack gap="sm">
        <Title order={2} id="attention">
          Needs attention
        </Title>
        <ErrorAlert error={error} title="The problems could not be loaded." />
        {data?.items.map((problem) => (
          <div key={problem.id}>
            <Group gap="sm">
              <StatusBadge status={{ role: 'bad', word: 'Open' }} />
              <Anchor component={Link} to={`/problems/${problem.id}`}>
                <bdi>{problem.destination}</bdi>
              </Anchor>
              <Text c="dimmed" fz="xs">
                since <TimeAgo at={problem.since} />
              </Text>
            </Group>
            <Text mt={4}>{problem.reason}</Text>
            <Text c="dimmed">
              {problem.waiting} waiting, {problem.failed} failed, {problem.unknown} may have been sent
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  )
}

const ticks: [keyof Schemas['Checklist'], string][] = [
  ['inbox', 'Make an inbox'],
  ['event', 'Let the first event arrive'],
  ['rule', 'Turn a rule on'],
  ['delivery', 'Let a rule do its work'],
]

function Checklist({ done }: { done: Schemas['Checklist'] }) {
  const may = useMay('change')
  const count = ticks.filter(([key]) => done[key]).length
  if (count === ticks.length) return null
  return (
    <Card component="section" aria-labelledby="setup">
      <Stack gap="sm">
        <Title order={2} id="setup">
          Set-up: {count} of {countText(ticks.length, 'step')} done
        </Title>
        <List listStyleType="none" spacing="xs">
          {ticks.map(([key, words]) => (
            <List.Item key={key}>
              <Group gap="sm">
                <StatusBadge status={done[key] ? { role: 'good', word: 'Done' } : { role: 'neutral', word: 'To do' }} />
                <Text>{words}</Text>
              </Group>
            </List.Item>
          ))}
        </List>
        {may && done.event && !done.rule ? (
          <Group>
            <Button component={Link} to="/rules/new">
              Make a rule
            </Button>
          </Group>
        ) : (
          <Anchor component={Link} to="/inboxes">
            Go on at your inboxes
          </Anchor>
        )}
      </Stack>
    </Card>
  )
}
