import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas, tagged } from '@/api/client'
import { showDone, showUndo } from '@/components/UndoToast'

export type Rule = Schemas['Rule']

/** Every rule, page after page: a workspace has some hundred at most. */
export const rulesQuery = queryOptions({
  queryKey: ['rules', 'list'],
  queryFn: async ({ signal }): Promise<Rule[]> => {
    const all: Rule[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? { limit: 200 } : { limit: 200, cursor }
      const found = await answer(client.GET('/api/v1/rules', { params: { query }, signal }))
      all.push(...found.items)
      cursor = found.nextCursor === '' ? undefined : found.nextCursor
    } while (cursor !== undefined)
    return all
  },
})

/** Last results and today's numbers of all rules. */
export const overviewQuery = queryOptions({
  queryKey: ['stats', 'overview'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/overview', { signal })),
})

function useAfterwards() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['rules'] })
}

const turn = (id: string, on: boolean) => {
  const params = { params: { path: { id } } }
  return answer(
    on ? client.POST('/api/v1/rules/{id}/enable', params) : client.POST('/api/v1/rules/{id}/disable', params),
  )
}

/** Turns a rule on or off; what was can be had back for ten seconds. */
export function useTurn() {
  const onSettled = useAfterwards()
  const back = useMutation({ mutationFn: ({ id, on }: { id: string; on: boolean }) => turn(id, on), onSettled })
  return useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => turn(id, on),
    onSuccess: (_, { id, on }) =>
      showUndo({ message: on ? 'Rule is on.' : 'Rule is off.', onUndo: () => back.mutate({ id, on: !on }) }),
    onSettled,
  })
}

/** Deletes a rule. Undo brings back its last published version, at work as it was. */
export function useDelete() {
  const onSettled = useAfterwards()
  const restore = useMutation({
    mutationFn: ({ id, enabled }: Rule) =>
      answer(client.POST('/api/v1/rules/{id}/restore', { params: { path: { id } }, body: { enabled } })),
    onSuccess: (rule) => showDone(`${rule.name} is back.`),
    onError: (error) => showDone(error.message),
    onSettled,
  })
  return useMutation({
    mutationFn: async ({ id }: Rule) => {
      const { etag } = await tagged(client.GET('/api/v1/rules/{id}', { params: { path: { id } } }))
      return answer(client.DELETE('/api/v1/rules/{id}', { params: { path: { id }, header: ifMatch(etag) } }))
    },
    onSuccess: (_, rule) =>
      rule.version > 0
        ? showUndo({ message: `${rule.name} is deleted.`, onUndo: () => restore.mutate(rule) })
        : showDone(`${rule.name} is deleted.`),
    onSettled,
  })
}
