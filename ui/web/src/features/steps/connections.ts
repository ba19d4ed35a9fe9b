import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import type { Connection } from '@/features/connections'

/** What types of connection there are, with their names. */
export const connectionTypesQuery = queryOptions({
  queryKey: ['connection-types', 'all'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await answer(client.GET('/api/v1/connection-types', { signal }))).items,
})

/** Values for a setting as the other side lists them. */
export const choicesQuery = (name: string, field: string) =>
  queryOptions({
    queryKey: ['connections', 'choices', name, field],
    staleTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) =>
      (
        await answer(
          client.GET('/api/v1/connections/{id}/choices', { params: { path: { id: name }, query: { field } }, signal }),
        )
      ).items,
  })

/** Whether Slack has fixed the channel: the connection is an incoming address. */
export const fixesChannel = (c: Connection | undefined): boolean => c !== undefined && 'webhookUrl' in c.secrets

/** What people call a connection. */
export const connectionTitle = (c: Pick<Connection, 'name' | 'title'>): string => c.title || c.name
