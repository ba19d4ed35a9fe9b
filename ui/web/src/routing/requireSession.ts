import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { sessionQuery, setupQuery } from '@/api/session'

/** Sends who is not signed in to the sign-in page, or to the first run; here is where they wanted to go. */
export async function requireSession(queries: QueryClient, here: string): Promise<void> {
  if ((await queries.ensureQueryData(sessionQuery)) !== null) return
  const { needed } = await queries.fetchQuery(setupQuery)
  if (needed) throw redirect({ to: '/setup', replace: true })
  throw redirect({ to: '/sign-in', search: here === '/' ? {} : { to: here }, replace: true })
}
