import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'

export type Connection = Schemas['Connection']

/** Every connection: a workspace has some dozens. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections', 'all'],
  queryFn: async ({ signal }): Promise<Connection[]> => {
    const all: Connection[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? { limit: 200 } : { limit: 200, cursor }
      const found = await answer(client.GET('/api/v1/connections', { params: { query }, signal }))
      all.push(...found.items)
      cursor = found.nextCursor === '' ? undefined : found.nextCursor
    } while (cursor !== undefined)
    return all
  },
})

/** What types of connection there are, with their names. */
export const connectionTypesQuery = queryOptions({
  queryKey: ['connections', 'types'],
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
