import { Anchor } from '@mantine/core'
import { IconBook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FilterBar } from '@/components/FilterBar'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ExportButton } from '@/features/exports'
import { recipeListQuery } from './queries'
import { RecipeCard } from './RecipeCard'
import classes from './recipes.module.css'
import { SuggestedRow } from './SuggestedRow'
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
      <SuggestedRow />
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
