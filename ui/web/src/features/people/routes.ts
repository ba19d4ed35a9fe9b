import { createRoute } from '@tanstack/react-router'
import { page, rootRoute, shellRoute } from '@/routing'

const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/people',
  component: page(() => import('./PeoplePage'), 'PeoplePage'),
})

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/account',
  component: page(() => import('./AccountPage'), 'AccountPage'),
})

const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/tokens',
  component: page(() => import('./TokensPage'), 'TokensPage'),
})

const logRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/change-log',
  validateSearch: (search: Record<string, unknown>): { q?: string; who?: string; kind?: string } =>
    Object.fromEntries(
      ['q', 'who', 'kind'].flatMap((key) => {
        const value = search[key]
        return typeof value === 'string' && value !== '' ? [[key, value]] : []
      }),
    ),
  component: page(() => import('./ChangeLogPage'), 'ChangeLogPage'),
})

const inviteRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite',
  component: page(() => import('./InvitePage'), 'InvitePage'),
})

export const routes = [peopleRoute, accountRoute, tokensRoute, logRoute] as const

/** Pages that need no sign-in. */
export const entryRoutes = [inviteRoute] as const
