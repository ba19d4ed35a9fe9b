import { Card, List, Stack, Text, Title } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { countText } from '@/components/format'

/** What a recipe makes and may do. */
export function RecipeFacts({ permissions: p }: { permissions: Schemas['RecipePermissions'] }) {
  const makes = [
    [p.inboxes.length, 'inbox'],
    [p.connections.length, 'connection'],
    [p.rules.length, 'rule'],
  ] as const
  const made = makes
    .filter(([n]) => n > 0)
    .map(([n, word]) => (word === 'inbox' && n > 1 ? `${n} inboxes` : countText(n, word)))
  const blocked = p.programs.filter((program) => !program.allowed)
  return (
    <Card component="section" aria-labelledby="will">
      <Stack gap="xs">
        <Title order={2} id="will">
          This recipe will
        </Title>
        <List>
          <List.Item>make {made.join(', ')}</List.Item>
          {p.hosts.length > 0 && <List.Item>talk to {p.hosts.join(', ')}</List.Item>}
          {p.mail.length > 0 && <List.Item>write mail to {p.mail.join(', ')}</List.Item>}
          {p.answers && <List.Item>answer the sender</List.Item>}
          <List.Item>
            {p.programs.length === 0
              ? 'run no programs'
              : `run ${p.programs.map((x) => x.program).join(', ')} on this server`}
          </List.Item>
        </List>
        {blocked.length > 0 && (
          <Text c="var(--pb-bad)">
            The operator of this server has to allow {blocked.map((x) => x.program).join(', ')} first, with
            --allow-shell.
          </Text>
        )}
      </Stack>
    </Card>
  )
}
