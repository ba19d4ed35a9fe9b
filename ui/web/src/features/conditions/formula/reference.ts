import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

export type FunctionInfo = Schemas['FunctionInfo']

/** The functions that formulas can call, by name. */
export const referenceQuery = queryOptions({
  queryKey: ['expressions', 'reference'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/expressions/reference', { signal }))
    return new Map(items.map((f) => [f.name, f]))
  },
})
