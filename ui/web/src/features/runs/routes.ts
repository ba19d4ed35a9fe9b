import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs',
  component: page(() => import('./RunListPage'), 'RunListPage'),
})

const runRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/runs/$id',
  component: page(() => import('./RunPage'), 'RunPage'),
})

export const routes = [listRoute, runRoute] as const
