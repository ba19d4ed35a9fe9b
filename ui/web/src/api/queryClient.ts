import { QueryClient } from '@tanstack/react-query'
import { worthRetrying } from './client'

/** Makes the cache of what the server knows. Changes are told by the live stream, hence the long life. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: worthRetrying,
        retryDelay: (failures) => 500 * 2 ** failures,
        throwOnError: false,
      },
      mutations: { retry: false },
    },
  })
}
