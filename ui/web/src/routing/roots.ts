import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute } from '@tanstack/react-router'
import { requireSession } from './requireSession'

export interface RouterContext {
  queries: QueryClient
}

// The app gives these their components; features hang their routes below.

/** Parent of pages that stand alone, such as signing in. */
export const rootRoute = createRootRouteWithContext<RouterContext>()()

/** Parent of pages with navigation, for people who are signed in. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: ({ context, location }) => requireSession(context.queries, location.href),
})
