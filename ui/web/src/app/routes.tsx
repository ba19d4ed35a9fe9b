import { createRoute } from '@tanstack/react-router'
import { routes as activity } from '@/features/activity'
import { routes as auth } from '@/features/auth'
import { routes as connections } from '@/features/connections'
import { routes as events } from '@/features/events'
import { routes as home } from '@/features/home'
import { routes as inboxes } from '@/features/inboxes'
import { entryRoutes as invitations, routes as people } from '@/features/people'
import { routes as problems } from '@/features/problems'
import { routes as recipes } from '@/features/recipes'
import { routes as rules } from '@/features/rules'
import { routes as runs } from '@/features/runs'
import { routes as settings } from '@/features/settings'
import { rootRoute, shellRoute } from '@/routing'
import { ErrorPage } from './ErrorPage'
import { NotFoundPage } from './NotFoundPage'
import { Root } from './Root'
import { Shell } from './Shell'

rootRoute.update({ component: Root, errorComponent: ErrorPage, notFoundComponent: NotFoundPage })
shellRoute.update({ component: Shell, errorComponent: ErrorPage })

const unknownRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '$',
  component: NotFoundPage,
})

export const routeTree = rootRoute.addChildren([
  ...auth,
  ...invitations,
  shellRoute.addChildren([
    ...home,
    ...rules,
    ...activity,
    ...events,
    ...runs,
    ...problems,
    ...inboxes,
    ...connections,
    ...recipes,
    ...settings,
    ...people,
    unknownRoute,
  ]),
])
