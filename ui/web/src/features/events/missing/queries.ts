import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import { toQuery } from '../queries'
import { findExpected, pageSize } from './findExpected'

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

export const expectedQuery = (expected: string, within: string, inboxes: readonly string[]) =>
  queryOptions({
    queryKey: ['events', 'expected', expected, within, inboxes],
    queryFn: ({ signal }) => {
      const query = { ...toQuery({ q: expected, since: within }), limit: pageSize }
      return findExpected(inboxes, (cursor) =>
        answer(
          client.GET('/api/v1/events', { params: { query: { ...query, ...(cursor ? { cursor } : {}) } }, signal }),
        ),
      )
    },
  })
