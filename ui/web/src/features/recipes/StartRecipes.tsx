import { Anchor, Card, Group, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { RecipeCard } from './RecipeCard'
import { recipeListQuery, suggestionsQuery } from './queries'
import classes from './recipes.module.css'
import { quickest } from './search'
import { SuggestedCards } from './SuggestedCards'

/** Where there is no rule yet: recipes that fit what came in, else the quickest ones. */
export function StartRecipes({ count }: { count: number }) {
  const suggestions = useQuery(suggestionsQuery()).data?.items
  const recipes = useQuery(recipeListQuery).data?.items
  if (suggestions === undefined || recipes === undefined) return null
  return (
    <Card component="section" aria-labelledby="start-recipes">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2} id="start-recipes">
            Recipes to start from
          </Title>
          <Anchor component={Link} to="/recipes">
            All recipes
          </Anchor>
        </Group>
        {suggestions.length > 0 ? (
          <SuggestedCards items={suggestions.slice(0, count)} />
        ) : (
          <ul className={classes.cards} aria-label="Quick recipes">
            {quickest(recipes, count).map((recipe) => (
              <li key={recipe.name}>
                <RecipeCard recipe={recipe} order={3} />
              </li>
            ))}
          </ul>
        )}
      </Stack>
    </Card>
  )
}
