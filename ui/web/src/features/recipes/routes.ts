import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

export interface RecipeSearch {
  q?: string
  app?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/recipes',
  validateSearch: (search: Record<string, unknown>): RecipeSearch => {
    const [q, app] = [text(search['q']), text(search['app'])]
    return { ...(q ? { q } : {}), ...(app ? { app } : {}) }
  },
  component: page(() => import('./RecipeListPage'), 'RecipeListPage'),
})

const recipeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/recipes/$name',
  component: page(() => import('./RecipePage'), 'RecipePage'),
})

export const routes = [listRoute, recipeRoute] as const
