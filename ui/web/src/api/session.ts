import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { baseAddress } from './address'
import { answer, client, keepCSRFToken, type Schemas } from './client'
import { live } from './live'
import { ProblemError } from './problem'

export type Session = Schemas['SessionState']
export type Role = Session['role']

/** What a role may do: viewers look, editors change, administrators administer. */
export type Deed = 'look' | 'change' | 'administer'

const roles: Role[] = ['viewer', 'editor', 'admin']
const needs: Record<Deed, Role> = { look: 'viewer', change: 'editor', administer: 'admin' }

let person: string | undefined

function entered(session: Session): void {
  person = session.who
  keepCSRFToken(session.csrfToken)
}

// Somebody else has signed in, in another tab. What is open here is not theirs: it is
// loaded anew before anything of it could be saved in their name.
async function becomeOther(): Promise<never> {
  window.location.reload()
  return new Promise(() => {})
}

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  // Another tab may have signed out and in again, which makes the token for changes another one.
  refetchOnWindowFocus: 'always',
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      const session = await answer(client.GET('/api/v1/session', { signal }))
      if (person !== undefined && person !== session.who) await becomeOther()
      entered(session)
      return session
    } catch (error) {
      if (error instanceof ProblemError && error.signedOut) return null
      throw error
    }
  },
})

/** Whether the first account is still to be made. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  staleTime: 0,
  queryFn: ({ signal }) => answer(client.GET('/api/v1/setup', { signal })),
})

/** The session of a page behind sign-in. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery)
  if (data === null) throw new ProblemError({ status: 401, detail: 'You are signed out; sign in again.' })
  return data
}

/** Whether the person may do something, to leave out or to explain what cannot be done. */
export function useMay(deed: Deed): boolean {
  return allows(useSession().role, deed)
}

export function allows(role: Role, deed: Deed): boolean {
  return roles.indexOf(role) >= roles.indexOf(needs[deed])
}

/** What to say where a control would stand that the person may not use. */
export const mayNot: Record<Exclude<Deed, 'look'>, string> = {
  change: 'Your role can look, not change. Ask an administrator.',
  administer: 'Only an administrator can change this.',
}

/** Whatever was known belonged to somebody else, or to nobody: it is forgotten. */
export function useEntering<Input>(enter: (input: Input) => Promise<Session>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: enter,
    onSuccess: (session) => {
      queries.clear()
      entered(session)
      queries.setQueryData(sessionQuery.queryKey, session)
    },
  })
}

export const useSignIn = () =>
  useEntering((body: Schemas['Credentials']) => answer(client.POST('/api/v1/login', { body })))

export const useSetup = () =>
  useEntering((body: Schemas['SetupInput']) => answer(client.POST('/api/v1/setup', { body })))

/** Signs out and loads the page anew, so that nothing of the person stays in its memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => answer(client.POST('/api/v1/logout')),
    onSuccess: () => {
      live.stop()
      window.location.assign(`${baseAddress}/sign-in`)
    },
  })
}
