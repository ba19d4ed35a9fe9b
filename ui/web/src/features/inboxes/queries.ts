import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas, tagged } from '@/api/client'

export type Inbox = Schemas['Inbox']

export const inboxesQuery = queryOptions({
  queryKey: ['inboxes', 'list'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/inboxes', { signal })),
})

export const inboxQuery = (name: string) =>
  queryOptions({
    queryKey: ['inboxes', 'one', name],
    queryFn: ({ signal }) => tagged(client.GET('/api/v1/inboxes/{id}', { params: { path: { id: name } }, signal })),
  })

/** What people call an inbox; its name in the address stays. */
export const titleOf = (box: Inbox): string => (box.title ? box.title : box.name)
