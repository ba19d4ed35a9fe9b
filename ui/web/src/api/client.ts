import createClient, { type Middleware } from 'openapi-fetch'
import { baseAddress } from './address'
import { parseValues } from './exactJson'
import { ProblemError, toProblem, unreachable } from './problem'
import type { components, paths } from './schema.gen'

export type Schemas = components['schemas']

const reads = new Set(['GET', 'HEAD'])
let csrfToken = ''
let onSignedOut = () => {}

/** Keeps the token that every change has to carry; it comes with the session. */
export function keepCSRFToken(token: string | undefined): void {
  csrfToken = token ?? ''
}

/** Calls back when the session has ended while the page was open. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback
}

const guard: Middleware = {
  onRequest({ request }) {
    if (!reads.has(request.method) && csrfToken !== '') request.headers.set('X-CSRF-Token', csrfToken)
  },
  onResponse({ response, schemaPath }) {
    const asksWho = schemaPath === '/api/v1/login' || schemaPath === '/api/v1/session'
    if (response.status === 401 && !asksWho) onSignedOut()
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return error
    return unreachable()
  },
}

/** The client of the API. Call it through [answer] or [tagged], which throw a ProblemError. */
export const client = createClient<paths>({ baseUrl: baseAddress, credentials: 'same-origin' })
client.use(guard)

/** What answers say, where the browser's own way of reading them would change a number. */
const exact = new WeakMap<Response, unknown>()

const digits: Middleware = {
  async onResponse({ response, options: { parseAs } }) {
    const isJson = response.headers.get('Content-Type')?.startsWith('application/json')
    if (parseAs !== 'json' || !response.ok || !isJson) return undefined
    const { status, statusText, headers } = response
    const text = await response.text()
    const copy = new Response(text, { status, statusText, headers })
    if (text !== '') exact.set(copy, parseValues(text))
    return copy
  },
}
client.use(digits)

type Call<T> = Promise<{ data?: T; error?: unknown; response: Response }>

/** What was asked for. Throws a ProblemError for everything else. */
export async function answer<T>(call: Call<T>): Promise<T> {
  return (await tagged(call)).value
}

/** An object with the tag of its version. */
export interface Tagged<T> {
  readonly value: T
  readonly etag: string
}

/** As [answer], with the ETag that a change of the object has to name. */
export async function tagged<T>(call: Call<T>): Promise<Tagged<T>> {
  const { data, error, response } = await call
  if (!response.ok) throw toProblem(error, response)
  // An answer without a body, as after deleting, has the type undefined in the contract.
  return { value: (exact.get(response) ?? data) as T, etag: response.headers.get('ETag') ?? '' }
}

/** The header that makes a change fail with 412 when somebody else was faster. */
export const ifMatch = (etag: string): { 'If-Match': string } => ({ 'If-Match': etag })

/** Whether asking once more can help. */
export function worthRetrying(failures: number, error: Error): boolean {
  const status = error instanceof ProblemError ? error.status : 0
  return failures < 2 && (status === 0 || status === 502 || status === 503 || status === 504)
}
