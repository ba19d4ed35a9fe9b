import { queryOptions } from '@tanstack/react-query'
import { baseAddress } from '@/api/address'
import { answer, client, type Schemas, tagged } from '@/api/client'
import type { Status } from '@/components/status'

export type Inbox = Schemas['Inbox']

export const inboxQuery = (name: string) =>
  queryOptions({
    queryKey: ['inboxes', 'one', name],
    queryFn: ({ signal }) => tagged(client.GET('/api/v1/inboxes/{id}', { params: { path: { id: name } }, signal })),
  })

/** Who changed an inbox last. */
export const inboxChangeQuery = ({ name, version }: Inbox) =>
  queryOptions({
    queryKey: ['inboxes', 'change', name, version],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/inboxes/{id}/change', { params: { path: { id: name } }, signal })),
  })

/** The newest events of an inbox, for its page; all of them are in Activity. */
export const recentQuery = (name: string) =>
  queryOptions({
    queryKey: ['events', 'recent', name],
    queryFn: ({ signal }) =>
      answer(client.GET('/api/v1/events', { params: { query: { inbox: name, limit: 20 } }, signal })),
  })

export const samplesQuery = queryOptions({
  queryKey: ['samples'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/samples', { signal })),
})

/** Who can send, and how each of them is checked. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/providers', { signal })),
})

/** What people call an inbox; its name in the address stays. */
export const titleOf = (box: Inbox): string => (box.title ? box.title : box.name)

/** The whole address: without a known public one it begins where this page was served from. */
export const addressOf = ({ address }: Inbox): string => (address.startsWith('/') ? baseAddress + address : address)

/** How the sender is checked, in two or three words. */
export function shortCheck({ verify }: Inbox): Status {
  if (verify.pending) return { role: 'unsure', word: 'Not finished' }
  switch (verify.scheme) {
    case 'none':
      return { role: 'neutral', word: 'Nothing checked' }
    case 'key':
    case '':
      return { role: 'good', word: 'Secret address' }
    case 'basic':
      return { role: 'good', word: 'Name and password' }
    case 'bearer':
    case 'header':
      return { role: 'good', word: 'Shared secret' }
    default:
      return { role: 'good', word: `Signed by ${verify.title || verify.scheme}` }
  }
}

/** In words who may send: "Signed by Shopify", "Secret address". */
export function checkText({ verify }: Inbox): string {
  switch (verify.scheme) {
    case 'none':
      return 'Nothing checked: everybody who knows the address can send.'
    case 'key':
    case '':
      return 'Secret address: who knows the address can send.'
    case 'basic':
      return 'The sender gives a name and a password.'
    case 'bearer':
    case 'header':
      return 'The sender shows a secret with every message.'
    default:
      return `Signed by ${verify.title || verify.scheme}`
  }
}
