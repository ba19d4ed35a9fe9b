import type { components } from './schema.gen'

type Problem = components['schemas']['Problem']
export type ProblemField = components['schemas']['ProblemField']

/** What the server (or the way to it) answered instead of what was asked for. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** HTTP status; 0 when Patchbay could not be reached. */
  readonly status: number
  readonly requestId: string | undefined
  readonly fields: readonly ProblemField[]
  /** With 412: the object as it is stored now. */
  readonly current: unknown

  constructor(problem: Partial<Problem> & { status: number; detail: string }) {
    super(problem.detail)
    this.status = problem.status
    this.requestId = problem.requestId
    this.fields = problem.errors ?? []
    this.current = problem.current
  }

  get unreachable(): boolean {
    return this.status === 0
  }

  /** Somebody else changed the object since it was read. */
  get conflict(): boolean {
    return this.status === 412
  }

  get signedOut(): boolean {
    return this.status === 401
  }

  /** The message for a field, such as "email" or "steps[0].with.url". */
  field(name: string): string | undefined {
    return this.fields.find((f) => nameOf(f) === name)?.message
  }
}

/** The messages by field, without the ones that belong to no field; fits Mantine's setErrors. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ProblemError)) return {}
  const named = error.fields.map((f) => [nameOf(f), f.message] as const)
  return Object.fromEntries(named.filter(([name]) => name !== ''))
}

/** "steps[0].with.url" for the location "body.steps[0].with.url"; "" for the whole body. */
export function nameOf(field: ProblemField): string {
  return (field.location ?? '').replace(/^(body|query|path)\.?/, '')
}

export const unreachable = (): ProblemError =>
  new ProblemError({ status: 0, detail: 'Patchbay cannot be reached. Check your network, or whether the server runs.' })

/** Makes an error of whatever came back; a proxy in between may answer with a page. */
export function toProblem(body: unknown, response: Response): ProblemError {
  if (isProblem(body)) return new ProblemError(body)
  return new ProblemError({
    status: response.status,
    detail: `The server answered ${response.status} ${response.statusText}`.trimEnd() + '. Try again in a moment.',
  })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && 'status' in body
}
