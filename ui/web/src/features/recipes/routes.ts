import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

export interface RecipeSearch {
  q?: string
  app?: string
}

export const steps = ['choices', 'destination', 'sender', 'check'] as const
export type Step = (typeof steps)[number]

/** Where the wizard stands; with an inbox everything is made, and the first event is waited for. */
export interface WizardSearch {
  step?: Step
  inbox?: string
  rule?: string
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
  validateSearch: (search: Record<string, unknown>): WizardSearch => {
    const step = steps.find((s) => s === search['step'])
    const [inbox, rule] = [text(search['inbox']), text(search['rule'])]
    return { ...(step ? { step } : {}), ...(inbox ? { inbox } : {}), ...(rule ? { rule } : {}) }
  },
  component: page(() => import('./RecipePage'), 'RecipePage'),
})

export const routes = [listRoute, recipeRoute] as const
