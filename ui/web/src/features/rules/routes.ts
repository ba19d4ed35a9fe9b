import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules',
  component: page(() => import('./RuleListPage'), 'RuleListPage'),
})

export const routes = [listRoute] as const
