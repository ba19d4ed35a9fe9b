import { Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useUrlFilters } from '@/components/useUrlFilters'
import { SuggestedCards } from './SuggestedCards'
import { suggestionsQuery } from './queries'

const most = 3

/** Above the gallery: what fits what comes in and the connections that there are. */
export function SuggestedRow() {
  const { data } = useQuery(suggestionsQuery())
  const { values } = useUrlFilters(['q', 'app'])
  const items = data?.items.slice(0, most) ?? []
  if (items.length === 0 || values['q'] || values['app']) return null
  return (
    <Stack component="section" gap="sm" mb="lg" aria-labelledby="suggested">
      <Title order={2} id="suggested">
        {items.some((s) => s.inbox !== '') ? 'Suggested for your inboxes' : 'Suggested for your connections'}
      </Title>
      <SuggestedCards items={items} />
    </Stack>
  )
}
