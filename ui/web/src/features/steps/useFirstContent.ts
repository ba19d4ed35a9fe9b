import { useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import type { ActionSpec } from './actions'
import type { Against } from './against'
import { connectionsQuery } from './connections'
import type { Step } from './edit'
import { firstContent } from './firstContent'

/** Makes the first content of a step from the sample, and chooses the connection where there is only one. */
export function useFirstContent(against: Against): (spec: ActionSpec) => Promise<Partial<Step>> {
  const queries = useQueryClient()
  return async (spec) => {
    const { scope: _scope, steps: _steps, item: _item, ...event } = against
    const [fields, connections] = await Promise.all([
      queries
        .fetchQuery({
          queryKey: ['fields', 'first', event],
          staleTime: 10_000,
          retry: false,
          queryFn: ({ signal }) =>
            answer(client.POST('/api/v1/expressions/fields', { body: { ...event, limit: 200 }, signal })),
        })
        // Without an event there is nothing to put in.
        .catch(() => ({ items: [] })),
      spec.connections.length === 0 ? [] : queries.fetchQuery(connectionsQuery).catch(() => []),
    ])
    const made = firstContent(spec.type, fields.items)
    const fitting = connections.filter((c) => spec.connections.includes(c.type))
    const [only] = spec.needConnection && fitting.length === 1 ? fitting : []
    return { ...(only === undefined ? {} : { connection: only.name }), with: made }
  }
}
