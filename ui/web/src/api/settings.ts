import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas, type Tagged, tagged } from './client'

export type Settings = Schemas['Settings']

/** The workspace's settings with their tag. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => tagged(client.GET('/api/v1/settings', { signal })),
})

/** Changes the settings as they were read; somebody else's change since then is a conflict. */
export function useChangeSettings() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ old, change }: { old: Tagged<Settings>; change: Partial<Settings> }) =>
      answer(
        client.PUT('/api/v1/settings', {
          params: { header: ifMatch(old.etag) },
          body: { ...old.value, ...change },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  })
}
