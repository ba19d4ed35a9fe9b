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

interface Deleted {
  rule: Rule
  /** The unpublished edit that it had. */
  draft: Rule | undefined
}

/** Brings back the last published version, at work as it was, and the draft. */
async function bringBack({ rule, draft }: Deleted): Promise<void> {
  const params = { path: { id: rule.id } }
  if (rule.version === 0) {
    if (draft) await answer(client.POST('/api/v1/rules', { params: { query: { draft: true } }, body: draft }))
    return
  }
  const { enabled } = rule
  const { etag } = await tagged(client.POST('/api/v1/rules/{id}/restore', { params, body: { enabled } }))
  if (draft === undefined) return
  await answer(client.PUT('/api/v1/rules/{id}/draft', { params: { ...params, header: ifMatch(etag) }, body: draft }))
}

/** Deletes a rule; for ten seconds it can be had back. */
export function useDelete() {
  const onSettled = useAfterwards()
  const restore = useMutation({
    mutationFn: bringBack,
    onSuccess: (_, { rule }) => showDone(`${rule.name} is back.`),
    onError: (error) => showDone(error.message),
    onSettled,
  })
  return useMutation({
    mutationFn: async (rule: Rule): Promise<Deleted> => {
      const path = { id: rule.id }
      const { value, etag } = await tagged(client.GET('/api/v1/rules/{id}', { params: { path } }))
      const draft = value.draft
        ? (await answer(client.GET('/api/v1/rules/{id}/draft', { params: { path } }))).rule
        : undefined
      await answer(client.DELETE('/api/v1/rules/{id}', { params: { path, header: ifMatch(etag) } }))
      return { rule: value, draft }
    },
    onSuccess: (deleted) =>
      showUndo({ message: `${deleted.rule.name} is deleted.`, onUndo: () => restore.mutate(deleted) }),
    onSettled,
  })
}
