import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'

/** What this server is and was started with. */
export const instanceQuery = queryOptions({
  queryKey: ['settings', 'instance'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/instance', { signal })),
})
