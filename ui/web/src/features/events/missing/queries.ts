import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import { toQuery } from '../queries'

/** Where a rule listens. */
export const ruleInboxesQuery = (rule: string) =>
  queryOptions({
    queryKey: ['rules', 'inboxes', rule],
    queryFn: async ({ signal }) => {
      const { inbox, inboxes } = await answer(
        client.GET('/api/v1/rules/{id}', { params: { path: { id: rule } }, signal }),
      )
      return [...new Set([...(inbox ? [inbox] : []), ...(inboxes ?? [])])]
    },
  })

/** Events with a text, whatever became of them, newest first. */
export const expectedQuery = (expected: string, within: string) =>
  queryOptions({
    queryKey: ['events', 'expected', expected, within],
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/events', {
          params: { query: { ...toQuery({ q: expected, since: within }), limit: 20 } },
          signal,
        }),
      ),
  })
