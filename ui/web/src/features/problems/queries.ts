import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

export type Trouble = Schemas['Trouble']

/** Problems that are solved, newest first. */
export const solvedQuery = infiniteQueryOptions({
  queryKey: ['problems', 'solved'],
  queryFn: ({ pageParam, signal }) =>
    answer(
      client.GET('/api/v1/problems', { params: { query: { solved: true, limit: 50, cursor: pageParam } }, signal }),
    ),
  initialPageParam: '',
  getNextPageParam: (last) => last.nextCursor || undefined,
})

export const problemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problems', 'one', id],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/problems/{id}', { params: { path: { id } }, signal })),
  })
