import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, keepCSRFToken, type Schemas, tagged } from '@/api/client'
import { type Role, sessionQuery, useEntering } from '@/api/session'

function useRenew(...families: readonly string[]) {
  const queries = useQueryClient()
  return () => Promise.all(families.map((family) => queries.invalidateQueries({ queryKey: [family] })))
}

/** Makes a link with which somebody makes an account. */
export function useInvite() {
  return useMutation({
    mutationFn: (body: Schemas['InvitationInput']) => answer(client.POST('/api/v1/invitations', { body })),
    onSuccess: useRenew('people'),
  })
}

export function useRevoke() {
  return useMutation({
    mutationFn: (id: string) => answer(client.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } })),
    onSettled: useRenew('people'),
  })
}

/** Makes a link with which a person chooses a new password. */
export function usePasswordLink() {
  return useMutation({
    mutationFn: (id: string) => answer(client.POST('/api/v1/users/{id}/link', { params: { path: { id } } })),
    onSuccess: useRenew('people'),
  })
}

export function useChangeRole() {
  return useMutation({
    mutationFn: async ({ id, role }: { id: string; role: Role }) => {
      const params = { path: { id } }
      const { value, etag } = await tagged(client.GET('/api/v1/users/{id}', { params }))
      return answer(
        client.PUT('/api/v1/users/{id}', {
          params: { ...params, header: ifMatch(etag) },
          body: { email: value.email, name: value.name, role },
        }),
      )
    },
    onSuccess: useRenew('people', 'session'), // it may be one's own
  })
}

export function useRemovePerson() {
  return useMutation({
    mutationFn: async (id: string) => {
      const params = { path: { id } }
      const { etag } = await tagged(client.GET('/api/v1/users/{id}', { params }))
      return answer(client.DELETE('/api/v1/users/{id}', { params: { ...params, header: ifMatch(etag) } }))
    },
    onSuccess: useRenew('people'),
  })
}

/** Takes an invitation or a password link, and signs in. */
export const useAccept = () =>
  useEntering((body: Schemas['AcceptInput']) => answer(client.POST('/api/v1/invitations/accept', { body })))

/** Changes one's own password, which opens a new session in place of all others. */
export function useChangePassword() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Schemas['PasswordChange']) => answer(client.POST('/api/v1/session/password', { body })),
    onSuccess: (session) => {
      keepCSRFToken(session.csrfToken)
      queries.setQueryData(sessionQuery.queryKey, session)
    },
  })
}

export function useMakeToken() {
  return useMutation({
    mutationFn: (body: Schemas['TokenInput']) => answer(client.POST('/api/v1/tokens', { body })),
    onSuccess: useRenew('tokens'),
  })
}

export function useEndToken() {
  return useMutation({
    mutationFn: (id: string) => answer(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } })),
    onSettled: useRenew('tokens'),
  })
}
