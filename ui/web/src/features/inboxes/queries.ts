import { queryOptions } from '@tanstack/react-query'
import { baseAddress } from '@/api/address'
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

/** Where senders send to. Without a public address the server knows only the path; this page knows how it was reached. */
export const addressOf = (box: Inbox): string => (box.address.startsWith('/') ? baseAddress + box.address : box.address)

/** What people call an inbox; its name in the address stays. */
export const titleOf = (box: Inbox): string => (box.title ? box.title : box.name)
