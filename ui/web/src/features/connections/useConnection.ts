import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas, type Tagged, tagged } from '@/api/client'
import { useCalmNews } from '@/api/live'
import type { Connection } from './queries'

/** What a form gives: settings with the secrets that were typed; null removes a secret. */
export type ConnectionInput = Pick<Schemas['ConnectionInput'], 'title' | 'type' | 'with'>

function useRenew() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['connections'] })
}

const calm = 2000 // milliseconds: the list is loaded again at most this often

/** Loads the list again as runs use connections. */
export function useConnectionNews(): void {
  const renew = useRenew()
  useCalmNews('run', calm, () => void renew())
}

/** Makes a connection, or changes one as it was read; somebody else's change since then is a conflict. */
export function useSaveConnection(old: Tagged<Connection> | undefined) {
  return useMutation({
    mutationFn: (body: ConnectionInput) =>
      answer(
        old === undefined
          ? client.POST('/api/v1/connections', { body })
          : client.PUT('/api/v1/connections/{id}', {
              params: { path: { id: old.value.name }, header: ifMatch(old.etag) },
              body,
            }),
      ),
    onSuccess: useRenew(),
  })
}

/** Tries for real what is in a form. Secrets that are left out are those of the stored connection. */
export function useTryConnection(stored: string | undefined) {
  return useMutation({
    mutationFn: (body: ConnectionInput) =>
      answer(client.POST('/api/v1/connections/test', { body: stored === undefined ? body : { ...body, stored } })),
  })
}

/** Tries a stored connection; what comes out is noted as its last use. */
export function useTryStored() {
  return useMutation({
    mutationFn: (name: string) =>
      answer(client.POST('/api/v1/connections/{id}/test', { params: { path: { id: name } } })),
    onSettled: useRenew(),
  })
}

/** Deletes a connection, whoever changed it last. */
export function useDeleteConnection() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async (name: string) => {
      const params = { path: { id: name } }
      const { etag } = await tagged(client.GET('/api/v1/connections/{id}', { params }))
      return answer(client.DELETE('/api/v1/connections/{id}', { params: { ...params, header: ifMatch(etag) } }))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connections', 'list'] }),
  })
}

/** Whether a text is the stored secret, which nobody can read. */
export function useCompareSecret(name: string) {
  return useMutation({
    mutationFn: (body: { field: string; value: string }) =>
      answer(client.POST('/api/v1/connections/{id}/compare', { params: { path: { id: name } }, body })),
  })
}
