import { IconBook } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Entry, Feature } from '@/routing'
import { recipeListQuery } from './queries'

function usePaletteEntries(): readonly Entry[] {
  const { data } = useQuery(recipeListQuery)
  return (data?.items ?? []).map((recipe) => ({
    id: `recipe:${recipe.name}`,
    label: recipe.title,
    detail: recipe.sentence,
    group: 'Recipes',
    icon: IconBook,
    words: [...recipe.from, ...recipe.to, ...recipe.tags].join(' '),
    to: `/recipes/${recipe.name}`,
  }))
}

export const feature: Feature = {
  navigation: { label: 'Recipes', icon: IconBook, to: '/recipes', key: 'b' },
  creates: [
    {
      id: 'new:recipe',
      label: 'From a recipe',
      detail: 'Two apps connected in a few minutes',
      group: 'New',
      icon: IconBook,
      words: 'new recipe template gallery example',
      to: '/recipes',
      changes: true,
    },
  ],
  usePaletteEntries,
}
