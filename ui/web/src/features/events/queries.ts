import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { parseExact } from '@/api/exactJson'
import { readSpan } from '@/components/timeSpan'
import { visible } from '@/components/json/flatten'

export type EventSummary = Schemas['EventSummary']
export type EventDetail = Schemas['Event']
export type EventRule = Schemas['EventRule']
export type EventQuery = Schemas['EventQuery']

const pageSize = 100

/** What the URL says about the list. */
export interface EventFilters {
  inbox?: string | undefined
  result?: string | undefined
  kind?: string | undefined
  since?: string | undefined
  q?: string | undefined
}

export const filterKeys = ['inbox', 'result', 'kind', 'since', 'q'] as const

/** The filters in a URL's search; what is left out is undefined, so that equal views share what is loaded. */
export function filtersOf(search: Readonly<Record<string, unknown>>): EventFilters {
  return Object.fromEntries(
    filterKeys.map((key) => {
      const value = search[key]
      return [key, typeof value === 'string' || typeof value === 'number' ? String(value) || undefined : undefined]
    }),
  )
}

const hours: Record<string, number> = { hour: 1, day: 24, week: 7 * 24, month: 30 * 24 }

/** The filter of the API; since counts back from now, or names its moments. */
export function toQuery({ inbox, result, kind, since, q }: EventFilters, now = Date.now()): EventQuery {
  const back = hours[since ?? '']
  return {
    ...(inbox ? { inbox } : {}),
    ...(kind ? { type: kind } : {}),
    ...(q ? { q } : {}),
    ...(back ? { since: new Date(now - back * 3_600_000).toISOString() } : readSpan(since)),
    ...(result === 'matched' || result === 'unmatched' || result === 'pending' ? { route: result } : {}),
    ...(result === 'accepted' || result === 'duplicate' || result === 'rejected' || result === 'held'
      ? { verdict: result }
      : {}),
  }
}

export const fetchEvents = (filters: EventFilters, cursor: string, signal?: AbortSignal) =>
  answer(
    client.GET('/api/v1/events', {
      params: { query: { ...toQuery(filters), limit: pageSize, ...(cursor ? { cursor } : {}) } },
      ...(signal ? { signal } : {}),
    }),
  )

/** Newest first. The live stream keeps it fresh, so that nothing is loaded twice. */
export const eventsQuery = (filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['events', 'list', filters],
    queryFn: ({ pageParam, signal }) => fetchEvents(filters, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor || undefined,
    staleTime: 15_000,
    refetchOnWindowFocus: false,
  })

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['events', 'one', id],
    // As text, so that the numbers of senders keep their digits.
    queryFn: async ({ signal }) => {
      const call = client.GET('/api/v1/events/{id}', { params: { path: { id } }, parseAs: 'text', signal })
      return parseExact(await answer<string>(call)) as EventDetail
    },
    // Comparing payloads goes as deep as they are nested, which whoever sent them decides.
    structuralSharing: false,
  })

/** What the items of a list became, in its order. */
export const itemsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['events', 'one', id, 'items'],
    queryFn: ({ pageParam, signal }) =>
      answer(
        client.GET('/api/v1/events/{id}/items', {
          params: { path: { id }, query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor || undefined,
  })

export const eventRulesQuery = (id: string) =>
  queryOptions({
    queryKey: ['events', 'one', id, 'rules'],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/events/{id}/rules', { params: { path: { id } }, signal })),
  })

/** What the condition of a version of a rule says of an event. */
export const whyNotQuery = (event: string, rule: string, version: number) =>
  queryOptions({
    queryKey: ['events', 'one', event, 'rules', rule, version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const path = { id: rule, version }
      const then = await answer(client.GET('/api/v1/rules/{id}/versions/{version}', { params: { path }, signal }))
      const body = { expression: then.when ?? '', eventId: event }
      return answer(client.POST('/api/v1/expressions/explain', { body, signal }))
    },
  })

/** The bytes of an event. */
export const bodyQuery = (id: string) =>
  queryOptions({
    queryKey: ['event-bodies', id],
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    structuralSharing: false,
    queryFn: async ({ signal }) =>
      new Uint8Array(
        await answer(
          client.GET('/api/v1/events/{id}/body', { params: { path: { id } }, parseAs: 'arrayBuffer', signal }),
        ),
      ),
  })

export const kindsQuery = (inbox: string | undefined) =>
  queryOptions({
    queryKey: ['event-types', inbox ?? ''],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/event-types', { params: { query: inbox ? { inbox } : {} }, signal })),
  })

/** What an event is called where there is one line for it. */
export const titleOf = (event: Pick<EventSummary, 'summary' | 'type' | 'method' | 'contentType'>): string =>
  visible(event.summary || event.type) || `${event.method} ${event.contentType}`.trim() || 'Event'
