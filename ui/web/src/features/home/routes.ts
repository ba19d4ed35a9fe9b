import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: page(() => import('./HomePage'), 'HomePage'),
})

export const routes = [homeRoute] as const
