import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas, type Tagged } from '@/api/client'
import { useCalmNews } from '@/api/live'
import type { Inbox } from './queries'

/** What a person can change of an inbox. */
export type InboxChange = Partial<Schemas['InboxInput']>

function useRenew() {
  const queries = useQueryClient()
  return async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['inboxes'] }),
      queries.invalidateQueries({ queryKey: ['events'] }),
    ])
  }
}

const calm = 500 // milliseconds: they are loaded again at most this often

/** Loads the inboxes and their events again when events come in. */
export function useInboxNews(): void {
  const renew = useRenew()
  useCalmNews('event', calm, () => void renew())
}

/** Changes an inbox as it was read; somebody else's change since then is a conflict. */
export function useChangeInbox(box: Tagged<Inbox>) {
  return useMutation({
    mutationFn: (change: InboxChange) =>
      answer(
        client.PUT('/api/v1/inboxes/{id}', {
          params: { path: { id: box.value.name }, header: ifMatch(box.etag) },
          body: { ...box.value, ...change },
        }),
      ),
    onSettled: useRenew(),
  })
}

export function useCreateInbox() {
  return useMutation({
    mutationFn: (body: InboxChange) => answer(client.POST('/api/v1/inboxes', { body })),
    onSuccess: useRenew(),
  })
}

/** Lets a made-up event arrive, signed as the inbox wants it. */
export function useSendSample(name: string) {
  return useMutation({
    mutationFn: (body: Schemas['SampleInput']) =>
      answer(client.POST('/api/v1/inboxes/{id}/send', { params: { path: { id: name } }, body })),
    onSuccess: useRenew(),
  })
}

export type InboxDeed = 'pause' | 'resume' | 'rotate-key'

/** Pauses or resumes an inbox, or gives it another secret address. */
export function useInboxDeed(box: Tagged<Inbox>) {
  const params = { path: { id: box.value.name }, header: ifMatch(box.etag) }
  return useMutation({
    mutationFn: (deed: InboxDeed) => {
      switch (deed) {
        case 'pause':
          return answer(client.POST('/api/v1/inboxes/{id}/pause', { params }))
        case 'resume':
          return answer(client.POST('/api/v1/inboxes/{id}/resume', { params }))
        case 'rotate-key':
          return answer(client.POST('/api/v1/inboxes/{id}/rotate-key', { params }))
      }
    },
    onSettled: useRenew(),
  })
}

/** Makes an inbox take the token that its app sends, or wait for it no longer. */
export function useWaitForSecret(name: string) {
  const params = { path: { id: name } }
  return useMutation({
    mutationFn: (waits: boolean) =>
      answer(
        waits
          ? client.POST('/api/v1/inboxes/{id}/wait', { params })
          : client.DELETE('/api/v1/inboxes/{id}/wait', { params }),
      ),
    onSettled: useRenew(),
  })
}

/** Puts the held events through the sender check and the rules. */
export function useReleaseHeld(name: string) {
  return useMutation({
    mutationFn: () => answer(client.POST('/api/v1/inboxes/{id}/release', { params: { path: { id: name } } })),
    onSettled: useRenew(),
  })
}

export function useDeleteInbox(box: Tagged<Inbox>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () =>
      answer(
        client.DELETE('/api/v1/inboxes/{id}', {
          params: { path: { id: box.value.name }, header: ifMatch(box.etag) },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['inboxes', 'list'] }),
  })
}
