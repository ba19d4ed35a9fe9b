import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { type Against, choiceOf, keyOf } from './against'

/** What a condition makes of an event, with a verdict on each part. */
export type Verdict = Schemas['Explained']

const pause = 150 // milliseconds

const verdictQuery = (expression: string, against: Against) =>
  queryOptions({
    queryKey: ['verdict', expression, ...keyOf(against)],
    staleTime: against.eventId === undefined && against.sample === undefined ? 5000 : 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const body = { expression, ...choiceOf(against) }
      return { ...(await answer(client.POST('/api/v1/expressions/explain', { body, signal }))), of: expression }
    },
  })

/** The verdict on a text that does not change with every key. */
export const useVerdictNow = (expression: string, against: Against, enabled = true) =>
  useQuery({ ...verdictQuery(expression, against), enabled })

/** The verdict of a condition on the sample, a moment after the last change; the one before until then. */
export function useVerdict(expression: string, against: Against): Verdict | undefined {
  const [settled] = useDebouncedValue(expression, pause)
  return useVerdictNow(settled, against).data
}

/** Whether there is an event to judge on at all. */
export const judged = (verdict: Verdict, against: Against): boolean =>
  verdict.eventId !== '' || against.sample !== undefined
