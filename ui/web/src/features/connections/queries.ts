import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas, tagged } from '@/api/client'
import type { Status } from '@/components/status'

export type Connection = Schemas['Connection']
export type ConnectionType = Schemas['ConnectionType']

export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'list'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/connections', { signal })),
})

export const connectionQuery = (name: string) =>
  queryOptions({
    queryKey: ['connections', 'one', name],
    queryFn: ({ signal }) => tagged(client.GET('/api/v1/connections/{id}', { params: { path: { id: name } }, signal })),
  })

/** The kinds of connection with the fields of each. */
export const kindsQuery = queryOptions({
  queryKey: ['connection-types'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/connection-types', { signal })),
})

/** What people call a connection. */
export const titleOf = (c: Pick<Connection, 'name' | 'title'>): string => (c.title ? c.title : c.name)

/** How the connection did when it was last used, in words. */
export function connectionStatus(c: Pick<Connection, 'lastUsed' | 'lastError'>): Status {
  if (c.lastError !== '') return { role: 'bad', word: 'Does not work', detail: c.lastError }
  return c.lastUsed === null ? { role: 'neutral', word: 'Not used yet' } : { role: 'good', word: 'Works' }
}
