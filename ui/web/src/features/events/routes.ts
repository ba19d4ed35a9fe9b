import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events',
  component: page(() => import('./EventsPage'), 'EventsPage'),
})

// The list stays as it is while one event of it is open beside it.
const eventRoute = createRoute({
  getParentRoute: () => listRoute,
  path: '$id',
})

export const routes = [listRoute.addChildren([eventRoute])] as const
