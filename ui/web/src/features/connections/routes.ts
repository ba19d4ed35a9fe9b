import { createRoute } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

export interface ConnectionSearch {
  q?: string
  kind?: string
  state?: string
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/connections',
  validateSearch: (search: Record<string, unknown>): ConnectionSearch => {
    const [q, kind, state] = [text(search['q']), text(search['kind']), text(search['state'])]
    return { ...(q ? { q } : {}), ...(kind ? { kind } : {}), ...(state ? { state } : {}) }
  },
  component: page(() => import('./ConnectionListPage'), 'ConnectionListPage'),
})

// Both lie over the list, which stays as it is.
const newRoute = createRoute({ getParentRoute: () => listRoute, path: 'new' })
const oneRoute = createRoute({ getParentRoute: () => listRoute, path: '$name' })

export const routes = [listRoute.addChildren([newRoute, oneRoute])] as const
