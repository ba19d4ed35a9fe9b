import { createRoute, redirect } from '@tanstack/react-router'
import { page, shellRoute } from '@/routing'

const startRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/general', replace: true })
  },
})

const generalRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/general',
  component: page(() => import('./GeneralPage'), 'GeneralPage'),
})

const addressRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/address',
  component: page(() => import('./AddressPage'), 'AddressPage'),
})

const alertsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/alerts',
  component: page(() => import('./AlertsPage'), 'AlertsPage'),
})

const sharedRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/shared',
  component: page(() => import('./shared/SharedPage'), 'SharedPage'),
})

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/shared/$list',
  component: page(() => import('./shared/ListPage'), 'ListPage'),
})

const storageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/storage',
  component: page(() => import('./StoragePage'), 'StoragePage'),
})

const programsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/programs',
  component: page(() => import('./ProgramsPage'), 'ProgramsPage'),
})

const healthRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/health',
  component: page(() => import('./HealthPage'), 'HealthPage'),
})

const aboutRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/about',
  component: page(() => import('./AboutPage'), 'AboutPage'),
})

export const routes = [
  startRoute,
  generalRoute,
  addressRoute,
  alertsRoute,
  sharedRoute,
  listRoute,
  storageRoute,
  programsRoute,
  healthRoute,
  aboutRoute,
] as const
