import { queryOptions } from '@tanstack/react-query'
import { client, type Schemas, tagged } from './client'

export type Settings = Schemas['Settings']

/** The workspace's settings with their tag. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => tagged(client.GET('/api/v1/settings', { signal })),
})
