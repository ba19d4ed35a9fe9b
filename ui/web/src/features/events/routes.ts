import { createRoute, redirect } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'
import { eventsQuery, filtersOf } from './queries'

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/events',
  // What the list begins with is asked for while the page itself is still coming.
  loader: ({ context, location }) => {
    void context.queries.prefetchInfiniteQuery(eventsQuery(filtersOf(location.search)))
  },
  component: page(() => import('./EventsPage'), 'EventsPage'),
})

// The list stays as it is while one event of it is open beside it.
const eventRoute = createRoute({
  getParentRoute: () => listRoute,
  path: '$id',
})

// An address without a search, for the palette.
const missingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/missing',
  beforeLoad: () => {
    throw redirect({ to: '/events', search: { missing: 'yes' } as never, replace: true })
  },
})

export const routes = [listRoute.addChildren([eventRoute]), missingRoute] as const
