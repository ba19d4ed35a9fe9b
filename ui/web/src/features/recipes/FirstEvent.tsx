import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Sentence } from '@/components/Sentence'
import { eventStatus, runStatus } from '@/components/status'
import { StatusBadge } from '@/components/StatusBadge'
import { eventQuery, eventRulesQuery, useRunAgain, whyNotQuery } from '@/features/events'
import type { Recipe } from './queries'

interface Props {
  recipe: Recipe
  event: Schemas['EventSummary']
  rule: string | undefined
}

/** The event that was waited for, whether it is genuine, and what the rule made of it. */
export function FirstEvent({ recipe, event, rule }: Props) {
  const app = recipe.from.join(', ')
  const genuine = event.verified !== ''
  return (
    <Card component="section" aria-labelledby="first" role="status">
      <Stack gap="sm">
        <Group gap="sm">
          <StatusBadge status={eventStatus(event)} />
          <Title order={2} id="first">
            {event.verdict === 'accepted'
              ? `Your event arrived${genuine ? ` and is really from ${app}` : ''}`
              : event.verdict === 'held'
                ? 'Held: sender check not finished'
                : `An event of ${app} arrived`}
          </Title>
        </Group>
        {event.summary !== '' && <Text>{event.summary}</Text>}
        {event.verdict === 'accepted' ? (
          rule && <Judged app={app} event={event} rule={rule} />
        ) : (
          <Text>{event.reason}</Text>
        )}
        {rule && event.verdict === 'accepted' && (
          <Group>
            <Button component={Link} to={`/rules/${rule}`}>
              Finish
            </Button>
            <Anyway event={event} rule={rule} />
          </Group>
        )}
      </Stack>
    </Card>
  )
}

/** What the recipe's rule made of the event. */
function Judged({ event, rule }: { app: string; event: Props['event']; rule: string }) {
  const { data } = useQuery(eventRulesQuery(event.id))
  const one = data?.items.find((r) => r.ruleId === rule)
  const no = one?.result === 'not-matched'
  const why = useQuery({ ...whyNotQuery(event.id, rule, one?.versionThen || one?.version || 1), enabled: no })
  if (event.route === 'pending' || one === undefined) return <Text>The rule is being asked.</Text>
  const run = one.runs[0]
  if (run) {
    return (
      <Group gap="sm">
        <StatusBadge status={runStatus(run)} />
        <Text>{run.reason || 'The rule did its work.'}</Text>
      </Group>
    )
  }
  if (!no) return <Text>{one.note || 'The rule could not be asked.'}</Text>
  return (
    <Text>
      {why.data && !why.data.match && (
        <>
          <Sentence parts={why.data.sentence.map((p) => (p.kind === 'strong' ? { name: p.text } : p.text))} />{' '}
        </>
      )}
      So nothing was sent.
    </Text>
  )
}

function Anyway({ event, rule }: { event: Props['event']; rule: string }) {
  const may = useMay('change')
  const { data } = useQuery(eventRulesQuery(event.id))
  const run = useRunAgain(event.id)
  const one = data?.items.find((r) => r.ruleId === rule)
  useQuery(eventQuery(event.id)) // what is known of the event is renewed as its runs go on
  if (!may || one === undefined || one.result === 'matched' || one.runs.length > 0) return null
  return (
    <>
      <Button
        variant="default"
        title="Ignores the conditions this once"
        loading={run.isPending}
        onClick={() => run.mutate({ rules: [rule], force: true })}
      >
        Send me the message once anyway
      </Button>
      <ErrorAlert error={run.error} title="It was not sent." />
    </>
  )
}
