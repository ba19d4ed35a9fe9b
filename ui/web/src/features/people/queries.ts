import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { baseAddress } from '@/api/address'
import { answer, client, type Schemas } from '@/api/client'

export type Person = Schemas['User']
export type Token = Schemas['Token']
export type LogLine = Schemas['AuditLine']

export const peopleQuery = queryOptions({
  queryKey: ['people', 'list'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/users', { signal })),
})

export const invitationsQuery = queryOptions({
  queryKey: ['people', 'invitations'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/invitations', { signal })),
})

/** What hangs on a person: rules, drafts, alerts. */
export const tiesQuery = (id: string) =>
  queryOptions({
    queryKey: ['people', 'ties', id],
    staleTime: 0,
    queryFn: ({ signal }) => answer(client.GET('/api/v1/users/{id}/ties', { params: { path: { id } }, signal })),
  })

export const tokensQuery = queryOptions({
  queryKey: ['tokens', 'list'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/tokens', { signal })),
})

export interface LogFilters {
  who?: string | undefined
  kind?: string | undefined
  q?: string | undefined
}

/** The change log, newest first, page by page. */
export const logQuery = ({ who, kind, q }: LogFilters) =>
  infiniteQueryOptions({
    queryKey: ['change-log', 'list', { who, kind, q }],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => {
      const query = {
        limit: 100,
        ...(who ? { who } : {}),
        ...(kind ? { kind } : {}),
        ...(q ? { q } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      }
      return answer(client.GET('/api/v1/audit', { params: { query }, signal }))
    },
    getNextPageParam: (last) => last.nextCursor || undefined,
  })

/** Whom a link invites. It is looked at once: each wrong one counts as a try. */
export const lookQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => answer(client.POST('/api/v1/invitations/look', { body: { token }, signal })),
  })

export const nameOf = (person: { name: string; email: string }): string => person.name || person.email

/** The whole link: without a known public address it begins where this page was served from. */
export const wholeLink = (link: string): string => (link.startsWith('/') ? baseAddress + link : link)
