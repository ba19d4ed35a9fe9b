import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas } from '@/api/client'
import { showDone, showUndo } from '@/components/UndoToast'
import { contentOf, loadRule, type RuleInput, type Stored } from './edit'

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

/** The kinds of event that an inbox got lately, with their names. */
export const kindsQuery = (inbox: string) =>
  queryOptions({
    queryKey: ['events', 'kinds', inbox],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/event-types', { params: { query: { inbox } }, signal })),
  })

/** What steps can do, by type. */
export const actionsQuery = queryOptions({
  queryKey: ['actions', 'by type'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/actions', { params: { query: { limit: 200 } }, signal }))
    return new Map(items.map((spec) => [spec.type, spec]))
  },
})

/** Everything that was ever published of a rule, newest first; also of a deleted one. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'versions', id],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/rules/{id}/versions', { params: { path: { id }, query: { limit: 200 } }, signal })),
  })

/** What Home tells, with the last results and today's numbers of all rules; kept up to date with the problems of the frame. */
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
  const back = useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => turn(id, on),
    onError: (error) => showDone(error.message),
    onSettled,
  })
  return useMutation({
    mutationFn: ({ id, on }: { id: string; on: boolean }) => turn(id, on),
    onSuccess: (_, { id, on }) =>
      showUndo({ message: on ? 'Rule is on.' : 'Rule is off.', onUndo: () => back.mutate({ id, on: !on }) }),
    onSettled,
  })
}

/** Brings a deleted rule back, at work as it was, with its unpublished edit. */
async function bringBack({ rule, draft }: Stored): Promise<Rule> {
  const { id, enabled, version } = rule
  if (version === 0) {
    const body = { ...contentOf(rule), id }
    return answer(client.POST('/api/v1/rules', { params: { query: { draft: true } }, body }))
  }
  const path = { id }
  const back = await answer(client.POST('/api/v1/rules/{id}/restore', { params: { path }, body: { enabled } }))
  if (draft) {
    const params = { path, header: ifMatch('*') }
    await answer(client.PUT('/api/v1/rules/{id}/draft', { params, body: contentOf(draft.rule) }))
  }
  return back
}

/** Deletes a rule; it can be had back for ten seconds. */
export function useDelete(onDone?: () => void) {
  const onSettled = useAfterwards()
  const restore = useMutation({
    mutationFn: bringBack,
    onSuccess: (rule) => showDone(`${rule.name} is back.`),
    onError: (error) => showDone(error.message),
    onSettled,
  })
  return useMutation({
    mutationFn: async (id: string) => {
      const stored = await loadRule(id)
      const params = { path: { id }, header: ifMatch(stored.etag) }
      await answer(client.DELETE('/api/v1/rules/{id}', { params }))
      return stored
    },
    onSuccess: (stored) => {
      showUndo({ message: `${stored.rule.name} is deleted.`, onUndo: () => restore.mutate(stored) })
      onDone?.()
    },
    onError: (error) => showDone(error.message),
    onSettled,
  })
}

/** Makes a copy of a rule, as a draft. */
export function useDuplicate(onMade: (id: string) => void) {
  const onSettled = useAfterwards()
  return useMutation({
    mutationFn: (rule: RuleInput) =>
      answer(
        client.POST('/api/v1/rules', {
          params: { query: { draft: true } },
          body: { ...contentOf(rule), name: `${rule.name} (copy)` },
        }),
      ),
    onSuccess: ({ id }) => onMade(id),
    onError: (error) => showDone(error.message),
    onSettled,
  })
}
