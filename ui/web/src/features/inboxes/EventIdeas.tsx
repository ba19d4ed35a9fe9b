import { Anchor, CloseButton, Group, Stack, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { SuggestedCards, suggestionsQuery } from '@/features/recipes'

interface Props {
  name: string
  events: readonly Schemas['EventSummary'][]
}

/** Recipes that fit what came in, until they are closed. */
export function EventIdeas({ name, events }: Props) {
  const seen = [...new Set(events.map((event) => event.type || event.summary))].toSorted().join(' ')
  const { data } = useQuery({ ...suggestionsQuery(name, seen), enabled: events.length > 0 })
  const [closed, setClosed] = useLocalStorage({
    key: `pb-ideas-${name}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  if (closed || !data || data.items.length === 0) return null
  return (
    <Stack component="section" gap="sm" aria-labelledby="ideas">
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Title order={2} id="ideas">
          What you could do with these events
        </Title>
        <CloseButton aria-label="Close the recipes" onClick={() => setClosed(true)} />
      </Group>
      <SuggestedCards items={data.items} there />
      <Anchor component={Link} to="/recipes">
        All recipes
      </Anchor>
    </Stack>
  )
}
