import { answer, client, ifMatch, type Schemas, type Tagged, tagged } from '@/api/client'
import { ProblemError } from '@/api/problem'
import type { Rule, RuleInput } from './content'

export type Draft = Schemas['Draft']

/** A rule as it is stored: as published, and its unpublished edit. */
export interface Stored {
  readonly etag: string
  readonly rule: Rule
  readonly draft: Draft | undefined
}

/** What an edit asks of the server. All of it throws a ProblemError. */
export interface RuleServer {
  load(id: string): Promise<Stored>
  create(rule: RuleInput): Promise<string>
  /** Stores the unpublished edit; basedOn is the published version that it was made from, 0 for none. */
  saveDraft(id: string, rule: RuleInput, etag: string, basedOn: number): Promise<Tagged<Draft>>
  discard(id: string, etag: string): Promise<void>
  publish(id: string, etag: string): Promise<void>
  turn(id: string, on: boolean): Promise<void>
}

const at = (id: string) => ({ params: { path: { id } } })

const when = (id: string, etag: string) => ({ params: { path: { id }, header: ifMatch(etag) } })

export async function loadRule(id: string, signal?: AbortSignal): Promise<Stored> {
  const { value: rule, etag } = await tagged(
    client.GET('/api/v1/rules/{id}', { ...at(id), ...(signal ? { signal } : {}) }),
  )
  if (rule.draft === undefined) return { etag, rule, draft: undefined }
  try {
    const draft = await tagged(client.GET('/api/v1/rules/{id}/draft', at(id)))
    if (draft.etag === etag) return { etag, rule, draft: draft.value }
  } catch (error) {
    if (!(error instanceof ProblemError && error.status === 404)) throw error
  }
  // Something was changed between the two answers.
  return loadRule(id, signal)
}

export const ruleServer: RuleServer = {
  load: loadRule,
  create: async (body) => (await answer(client.POST('/api/v1/rules', { params: { query: { draft: true } }, body }))).id,
  saveDraft: (id, body, etag, basedOn) =>
    tagged(
      client.PUT('/api/v1/rules/{id}/draft', {
        params: { path: { id }, header: ifMatch(etag), query: basedOn > 0 ? { basedOn } : {} },
        body,
      }),
    ),
  discard: async (id, etag) => {
    await answer(client.DELETE('/api/v1/rules/{id}/draft', when(id, etag)))
  },
  publish: async (id, etag) => {
    await answer(client.POST('/api/v1/rules/{id}/publish', when(id, etag)))
  },
  turn: async (id, on) => {
    await answer(
      on ? client.POST('/api/v1/rules/{id}/enable', at(id)) : client.POST('/api/v1/rules/{id}/disable', at(id)),
    )
  },
}
