import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'

/** What Home tells; kept up to date with the problems and numbers of the frame. */
export const overviewQuery = queryOptions({
  queryKey: ['stats', 'overview'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/overview', { signal })),
})

/** Sums and queue of every inbox. */
export const ledgersQuery = queryOptions({
  queryKey: ['stats', 'ledgers'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/stats', { signal })),
})

export const storageQuery = queryOptions({
  queryKey: ['stats', 'storage'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/storage', { signal })),
})

export const openProblemsQuery = queryOptions({
  queryKey: ['problems', 'home'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/problems', { params: { query: { limit: 5 } }, signal })),
})
