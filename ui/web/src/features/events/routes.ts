import { createRoute } from '@tanstack/react-router'
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

export const routes = [listRoute.addChildren([eventRoute])] as const
