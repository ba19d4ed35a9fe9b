import { queryOptions } from '@tanstack/react-query'
import { answer, client } from './client'

/** Open problems, newest first; also what the bell counts. */
export const openProblemsQuery = queryOptions({
  queryKey: ['problems', 'open'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/problems', { params: { query: { limit: 200 } }, signal })),
})
