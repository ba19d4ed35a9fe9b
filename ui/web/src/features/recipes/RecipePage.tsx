import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { effort } from './RecipeCard'
import { type Recipe, recipeQuery } from './queries'
import { Ready } from './Ready'
import { RecipeFacts } from './RecipeFacts'
import { Wizard } from './Wizard'

const route = getRouteApi('/shell/recipes/$name')

/** One recipe: what it asks, what it would do, and then what is left to do in the other app. */
export function RecipePage() {
  const { name } = route.useParams()
  return <OneRecipe key={name} name={name} />
}

function OneRecipe({ name }: { name: string }) {
  const { data, error, isPending, refetch } = useQuery(recipeQuery(name))
  const again = () => void refetch()
  return (
    <>
      <PageHeader
        title={data?.title ?? name}
        back={{ to: '/recipes', label: 'Recipes' }}
        description={
          data && (
            <>
              {data.sentence} <span>{effort(data)}.</span>
            </>
          )
        }
      />
      <ErrorAlert error={error} title="The recipe could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={240} retry={again} />}
      {data && <Use recipe={data} />}
    </>
  )
}

function Use({ recipe }: { recipe: Recipe }) {
  const may = useMay('change')
  const { inbox, rule } = route.useSearch()
  if (inbox) return <Ready recipe={recipe} inbox={inbox} rule={rule} />
  if (may) return <Wizard recipe={recipe} />
  return (
    <Stack gap="md">
      <Text>Your role can look, not change. An editor can use this recipe.</Text>
      <RecipeFacts permissions={recipe.permissions} />
    </Stack>
  )
}
