import { createRoute, redirect } from '@tanstack/react-router'
import { sessionQuery } from '@/api/session'
import { page, requireSession, rootRoute } from '@/routing'

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    isOurs(search['to']) ? { to: search['to'] } : {},
  beforeLoad: async ({ context, search }) => {
    if ((await context.queries.ensureQueryData(sessionQuery)) !== null) throw redirect({ href: search.to ?? '/' })
  },
  component: page(() => import('./SignInPage'), 'SignInPage'),
})

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: page(() => import('./SetupPage'), 'SetupPage'),
})

const welcomeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/welcome',
  beforeLoad: ({ context }) => requireSession(context.queries, '/welcome'),
  component: page(() => import('./WelcomePage'), 'WelcomePage'),
})

/** Whether a place to go to after signing in lies within this application. */
export function isOurs(to: unknown): to is string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to)
}

export const routes = [signInRoute, setupRoute, welcomeRoute] as const
