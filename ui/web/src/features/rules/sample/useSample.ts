import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { answer, client, type Schemas } from '@/api/client'
import { useNews } from '@/api/live'
import { eventQuery } from '@/features/events'

export type BuiltIn = Schemas['SampleInfo']
export type EventDetail = Schemas['Event']

/** What the rule is judged on: a stored event, or a made-up one that nobody sent. */
export type Choice = { readonly event: string } | { readonly builtIn: BuiltIn }

export const samplesQuery = queryOptions({
  queryKey: ['samples'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/samples', { signal })),
})

/** The newest events of an inbox, of all of them when it is "", that have some words in them. */
export const recentQuery = (inbox: string, q = '') =>
  queryOptions({
    queryKey: ['events', 'to choose', inbox, q],
    queryFn: ({ signal }) =>
      answer(
        client.GET('/api/v1/events', {
          params: { query: { limit: 20, ...(inbox ? { inbox } : {}), ...(q ? { q } : {}) } },
          signal,
        }),
      ),
  })

const firstQuery = (inbox: string) =>
  queryOptions({
    queryKey: ['events', 'newest', inbox],
    queryFn: async ({ signal }) => {
      const { items } = await answer(client.GET('/api/v1/events', { params: { query: { inbox, limit: 1 } }, signal }))
      return items[0]?.id ?? null
    },
  })

export interface Sample {
  readonly choice: Choice | undefined
  /** The event that is chosen, once it is loaded. */
  readonly event: EventDetail | undefined
  readonly error: Error | null
  /** Nothing to judge on: the inbox has no event, and none was made up. */
  readonly missing: boolean
  readonly choose: (choice: Choice) => void
  /** The part of what expressions are read against. */
  readonly against: { readonly inbox?: string; readonly eventId?: string; readonly sample?: Schemas['EvalSample'] }
}

/** The sample in use: what was chosen, or the event that was the newest of the inbox when it was looked for. */
export function useSample(inbox: string | undefined, given: string | undefined): Sample {
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<{ choice: Choice; byItselfOf?: string } | undefined>(
    given === undefined ? undefined : { choice: { event: given } },
  )
  const choose = (choice: Choice) => setChosen({ choice })
  const standing = chosen?.byItselfOf === undefined || chosen.byItselfOf === inbox ? chosen : undefined
  const first = useQuery({ ...firstQuery(inbox ?? ''), enabled: standing === undefined && inbox !== undefined })
  if (standing === undefined && inbox !== undefined && first.data)
    setChosen({ choice: { event: first.data }, byItselfOf: inbox })
  useNews(({ changes }) => {
    if (standing === undefined && changes.some((c) => c.kind === 'event'))
      void queries.invalidateQueries({ queryKey: firstQuery(inbox ?? '').queryKey })
  })
  const choice = standing?.choice
  // Stays the same object as long as the choice does: queries tell samples apart by it.
  const against = useMemo(() => ({ ...(inbox === undefined ? {} : { inbox }), ...againstOf(choice) }), [inbox, choice])
  const id = choice && 'event' in choice ? choice.event : undefined
  const event = useQuery({ ...eventQuery(id ?? ''), enabled: id !== undefined })
  return {
    choice,
    event: id === undefined ? undefined : event.data,
    error: id === undefined ? first.error : event.error,
    missing: choice === undefined && (inbox === undefined || first.data === null),
    choose,
    against,
  }
}

function againstOf(choice: Choice | undefined) {
  if (choice === undefined) return {}
  if ('event' in choice) return { eventId: choice.event }
  const { body, contentType, event } = choice.builtIn
  return { sample: { body, contentType, type: event } }
}
