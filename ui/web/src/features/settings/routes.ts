import { createRoute, redirect } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/about', replace: true })
  },
})

const aboutRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/about',
  component: page(() => import('./AboutPage'), 'AboutPage'),
})

export const routes = [startRoute, aboutRoute] as const
