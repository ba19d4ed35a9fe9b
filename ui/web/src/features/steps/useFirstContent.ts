import { useQueryClient } from '@tanstack/react-query'
import type { ActionSpec } from './actions'
import { type Against, fieldsQuery } from '@/features/conditions'
import { connectionsQuery } from '@/features/connections'
import type { Step } from './edit'
import { firstContent } from './firstContent'

/** Makes the first content of a step from the sample, and chooses the connection where there is only one. */
export function useFirstContent(against: Against): (spec: ActionSpec) => Promise<Partial<Step>> {
  const queries = useQueryClient()
  return async (spec) => {
    const [fields, connections] = await Promise.all([
      // Without an event there is nothing to put in.
      queries.fetchQuery({ ...fieldsQuery(against), retry: false }).catch(() => ({ items: [] })),
      spec.needConnection ? queries.fetchQuery(connectionsQuery).catch(() => ({ items: [] })) : { items: [] },
    ])
    const made = firstContent(spec.type, fields.items)
    const fitting = connections.items.filter((c) => spec.connections.includes(c.type))
    const [only] = fitting.length === 1 ? fitting : []
    return { ...(only === undefined ? {} : { connection: only.name }), with: made }
  }
}
