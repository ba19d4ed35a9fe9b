import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/problems',
  component: page(() => import('./ProblemListPage'), 'ProblemListPage'),
})

const problemRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/problems/$id',
  component: page(() => import('./ProblemPage'), 'ProblemPage'),
})

export const routes = [listRoute, problemRoute] as const
