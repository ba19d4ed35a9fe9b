import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inboxes',
  component: page(() => import('./InboxListPage'), 'InboxListPage'),
})

const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inboxes/$name',
  component: page(() => import('./InboxPage'), 'InboxPage'),
})

export const routes = [listRoute, inboxRoute] as const
