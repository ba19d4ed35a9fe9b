import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { parseExact } from '@/api/exactJson'
import { ProblemError } from '@/api/problem'
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
    // As text, so that the numbers in answers keep their digits.
    queryFn: async ({ signal }) => {
      const call = client.GET('/api/v1/runs/{id}', { params: { path: { id } }, parseAs: 'text', signal })
      return parseExact(await answer<string>(call)) as Run
    },
    // As with events, whose payloads nest as deep as whoever sent them likes.
    structuralSharing: false,
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

// Whatever was done to runs also changes what the problems and the numbers say. onDone is
// called before they are loaded again: who did it may be gone from the page then.
function useChanging<Input, Output>(change: (input: Input) => Promise<Output>, onDone?: (output: Output) => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: (output) => onDone?.(output),
    onSettled: () =>
      Promise.all(['runs', 'problems', 'stats'].map((family) => queries.invalidateQueries({ queryKey: [family] }))),
  })
}

export const useBulk = (onDone: (result: Awaited<ReturnType<typeof many>>) => void) =>
  useChanging((bulk: Bulk) => many(bulk, false), onDone)

export const useRetry = (id: string, onDone?: () => void) =>
  useChanging(
    (body: Schemas['RetryInput']) => answer(client.POST('/api/v1/runs/{id}/retry', { params: { path: { id } }, body })),
    onDone,
  )

export const useStop = (id: string, onDone?: () => void) =>
  useChanging(
    (reason: string) =>
      answer(
        client.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } }, body: reason === '' ? {} : { reason } }),
      ),
    onDone,
  )

/** Says that what a step may have sent did arrive: the run goes on after it. */
export function useSettle(id: string, onDone?: () => void) {
  const queries = useQueryClient()
  return useChanging(async () => {
    const { steps } = await queries.fetchQuery({ ...runQuery(id), staleTime: 0 })
    const step = steps.find((s) => s.outcome === 'unknown' && s.state === 'failed')
    if (step === undefined)
      throw new ProblemError({ status: 409, detail: 'Somebody has decided about this run meanwhile.' })
    const path = { id, key: step.key }
    return answer(client.POST('/api/v1/runs/{id}/steps/{key}/settle', { params: { path } }))
  }, onDone)
}

/** Tries a paused destination at once. */
export const useCheck = (onDone: () => void) =>
  useChanging((id: string) => answer(client.POST('/api/v1/problems/{id}/check', { params: { path: { id } } })), onDone)
