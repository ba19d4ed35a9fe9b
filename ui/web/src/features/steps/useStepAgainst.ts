import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answer, client } from '@/api/client'
import { type Against, choiceOf, keyOf } from '@/features/conditions'
import type { Step } from './edit'

/** What the expressions of a step see: the rule's event, and what earlier steps gave. */
export function useStepAgainst(
  against: Against,
  steps: readonly Step[],
  index: number,
  outputs: Readonly<Record<string, unknown>>,
): Against {
  const keys = steps
    .slice(0, index)
    .map((s) => s.key)
    .join(' ')
  const list = steps[index]?.forEach ?? ''
  const outer = useMemo((): Against => {
    const earlier = keys.split(' ').filter(Boolean)
    return { ...against, steps: outputs, scope: { inSteps: true, steps: earlier } }
  }, [against, keys, outputs])
  const item = useFirstItem(outer, list)
  return useMemo(
    () =>
      list === ''
        ? outer
        : { ...outer, ...(item === undefined ? {} : { item }), scope: { ...outer.scope, item: true } },
    [outer, list, item],
  )
}

/** The first item of a list of the event; undefined while it is not known or when there is none. */
function useFirstItem(against: Against, list: string): unknown {
  const { data } = useQuery({
    queryKey: ['first item', list, ...keyOf(against)],
    enabled: list !== '',
    retry: false,
    queryFn: async ({ signal }) => {
      const { scope: _scope, ...event } = choiceOf(against)
      const body = { ...event, expression: list }
      const { value } = await answer(client.POST('/api/v1/expressions/eval', { body, signal }))
      return Array.isArray(value) ? (value[0] ?? null) : null
    },
  })
  return data ?? undefined
}
