import { Anchor, Card, CloseButton, Group, List, Stack, Text, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { Link, useRouter } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'
import { StatusBadge } from '@/components/StatusBadge'

interface Props {
  done: Schemas['Checklist']
  inboxes: readonly Schemas['Inbox'][]
  rules: readonly Schemas['Rule'][]
}

type Tick = [done: keyof Schemas['Checklist'], words: string, to: string]

/** The four steps to the first message, ticked by what the server has seen. */
export function Checklist({ done, inboxes, rules }: Props) {
  const inbox = inboxes[0] ? `/inboxes/${inboxes[0].name}` : '/inboxes'
  const rule = rules[0] ? `/rules/${rules[0].id}` : '/rules'
  const ticks: Tick[] = [
    ['inbox', 'Make an inbox', '/inboxes'],
    ['event', 'Let the first event arrive', inbox],
    ['rule', 'Turn a rule on', rule],
    ['delivery', 'Let a rule do its work', done.event ? inbox : rule],
  ]
  const count = ticks.filter(([key]) => done[key]).length
  if (count === ticks.length) return <SetUp />
  const next = ticks.find(([key]) => !done[key])
  return (
    <Card component="section" aria-labelledby="setup">
      <Stack gap="sm">
        <Title order={2} id="setup">
          Set-up: {count} of {countText(ticks.length, 'step')} done
        </Title>
        <List listStyleType="none" spacing="xs">
          {ticks.map(([key, words, to]) => (
            <List.Item key={key} {...(next?.[0] === key ? { 'aria-current': 'step' as const } : {})}>
              <Group gap="sm">
                <StatusBadge status={done[key] ? { role: 'good', word: 'Done' } : { role: 'neutral', word: 'To do' }} />
                {done[key] ? (
                  <Text>{words}</Text>
                ) : (
                  <Anchor component={Link} to={to}>
                    {words}
                  </Anchor>
                )}
              </Group>
            </List.Item>
          ))}
        </List>
      </Stack>
    </Card>
  )
}

const further: [words: string, to: string][] = [
  ['connect Slack or email', '/connections'],
  ['get alerts', '/settings/alerts'],
  ['invite someone', '/settings/people'],
]

/** One line after the last tick, until it is closed. */
function SetUp() {
  const [closed, setClosed] = useLocalStorage({
    key: 'patchbay-set-up',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const { routesByPath } = useRouter()
  if (closed) return null
  return (
    <Card component="section" aria-label="Set-up" py="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text>
          You are set up. Next:{' '}
          {further
            .filter(([, to]) => to in routesByPath)
            .map(([words, to], i) => (
              <span key={to}>
                {i > 0 && ' · '}
                <Anchor component={Link} to={to} underline="always">
                  {words}
                </Anchor>
              </span>
            ))}
        </Text>
        <CloseButton aria-label="Close" onClick={() => setClosed(true)} />
      </Group>
    </Card>
  )
}
