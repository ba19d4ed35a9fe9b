import type { QueryClient } from '@tanstack/react-query'
import { createRouter, parseSearchWith } from '@tanstack/react-router'
import { basePath } from '@/api/address'
import { routeTree } from './routes'
import { readSearchValue } from './search'

export function createAppRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    basepath: basePath,
    context: { queries },
    parseSearch: parseSearchWith(readSearchValue),
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // the cache of queries decides what is fresh
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
