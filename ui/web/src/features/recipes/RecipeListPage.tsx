import { Anchor, Card, Group, Text, Title } from '@mantine/core'
import { IconArrowRight, IconBook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FilterBar } from '@/components/FilterBar'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { ProviderTile } from '@/components/ProviderTile'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ExportButton } from '@/features/exports'
import { recipeListQuery, type Summary } from './queries'
import classes from './recipes.module.css'
import { appsOf, found } from './search'

/** The gallery: what can be set up in a few minutes. */
export function RecipeListPage() {
  const { data, error, isPending, refetch } = useQuery(recipeListQuery)
  const { values } = useUrlFilters(['q', 'app'])
  const all = data?.items ?? []
  const shown = found(all, values['q'] ?? '', values['app'] ?? '')
  const again = () => void refetch()
  return (
    <>
      <PageHeader
        title="Recipes"
        description="Two apps connected in a few minutes: choose what should happen."
        actions={<ExportButton />}
      />
      <FilterBar
        filters={[
          { key: 'q', label: 'Search recipes', kind: 'search', placeholder: 'order slack' },
          { key: 'app', label: 'App', kind: 'one', options: appsOf(all).map((a) => ({ value: a, label: a })) },
        ]}
      />
      <ErrorAlert error={error} title="The recipes could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={160} retry={again} />}
      {data && shown.length === 0 && (
        <EmptyState icon={IconBook} title={`Nothing for “${values['q'] ?? values['app'] ?? ''}”`}>
          <Anchor component={Link} to="/rules/new">
            Build it from a blank rule
          </Anchor>
        </EmptyState>
      )}
      <ul className={classes.cards} aria-label="Recipes">
        {shown.map((recipe) => (
          <li key={recipe.name}>
            <RecipeCard recipe={recipe} />
          </li>
        ))}
      </ul>
    </>
  )
}

function RecipeCard({ recipe }: { recipe: Summary }) {
  return (
    <Card className={classes.card}>
      <Apps recipe={recipe} />
      <Title order={2} fz="md">
        <Link to="/recipes/$name" params={{ name: recipe.name }} className={classes.link}>
          {recipe.title}
        </Link>
      </Title>
      <Text c="dimmed">{recipe.sentence}</Text>
      <Text fz="xs" c="dimmed" className={classes.foot}>
        {effort(recipe)}
      </Text>
    </Card>
  )
}

/** How long it takes, the time in the other apps included. */
export const effort = ({ minutes, difficulty }: Summary): string =>
  `About ${minutes} minutes, ${difficulty === 'easy' ? 'no code' : difficulty === 'medium' ? 'some care needed' : 'advanced'}`

export function Apps({ recipe }: { recipe: Summary }) {
  return (
    <Group gap={4} wrap="wrap">
      {recipe.from.map((app) => (
        <ProviderTile key={app} name={app} />
      ))}
      <IconArrowRight size={16} aria-hidden color="var(--pb-second)" />
      {recipe.to.map((app) => (
        <ProviderTile key={app} name={app} />
      ))}
      <Text fz="xs" c="dimmed" ms={4}>
        {recipe.from.join(', ')} to {recipe.to.join(', ')}
      </Text>
    </Group>
  )
}
