import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { queryOf, type RunFilter, type RunQuery } from './filter'

export type Run = Schemas['Run']
export type RunSummary = Schemas['RunSummary']
export type RunStep = Schemas['RunStep']
export type RunAttempt = Schemas['RunAttempt']

/** Runs, newest first. */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      answer(
        client.GET('/api/v1/runs', {
          params: { query: { ...queryOf(filter, Date.now()), limit: 100, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor || undefined,
  })

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'one', id],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
  })

export const ruleNamesQuery = queryOptions({
  queryKey: ['rules', 'names'],
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/rules', { signal }))
    return items.map((rule) => ({ value: rule.id, label: rule.name }))
  },
})

type Bulk = { deed: 'retry' | 'skip'; filter: RunQuery }

const many = ({ deed, filter }: Bulk, dryRun: boolean) =>
  deed === 'retry'
    ? answer(client.POST('/api/v1/runs/retry', { body: { filter, dryRun } }))
    : answer(client.POST('/api/v1/runs/cancel', { body: { filter, dryRun } }))

/** How many runs a deed would be done to. */
export const countQuery = (bulk: Bulk) =>
  queryOptions({
    queryKey: ['runs', 'count', bulk],
    queryFn: () => many(bulk, true),
    staleTime: 0,
    gcTime: 0,
  })

// Whatever was done to runs also changes what the problems and the numbers say.
function useChanging<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(['runs', 'problems', 'stats'].map((family) => queries.invalidateQueries({ queryKey: [family] }))),
  })
}

export const useBulk = () => useChanging((bulk: Bulk) => many(bulk, false))

export const useRetry = (id: string) =>
  useChanging((body: Schemas['RetryInput']) =>
    answer(client.POST('/api/v1/runs/{id}/retry', { params: { path: { id } }, body })),
  )

export const useStop = (id: string) =>
  useChanging((reason: string) =>
    answer(
      client.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } }, body: reason === '' ? {} : { reason } }),
    ),
  )

/** Says that what a step may have sent did arrive: the run goes on after it. */
export const useSettle = (id: string) =>
  useChanging((key: string) =>
    answer(client.POST('/api/v1/runs/{id}/steps/{key}/settle', { params: { path: { id, key } } })),
  )

/** Tries a paused destination at once. */
export const useCheck = () =>
  useChanging((id: string) => answer(client.POST('/api/v1/problems/{id}/check', { params: { path: { id } } })))
