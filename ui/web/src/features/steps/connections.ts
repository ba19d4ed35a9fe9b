import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import type { Connection } from '@/features/connections'

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
