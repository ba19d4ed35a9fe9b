import { ProblemError } from '@/api/problem'
import type { Rule, RuleInput } from './content'
import type { Draft, RuleServer, Stored } from './server'

/** Holds one rule as the server does: one draft, a tag that every change renews. */
export class ServerInMemory implements RuleServer {
  revision = 1
  rule: RuleInput = { name: 'Tell', inbox: 'shop' }
  version = 1
  enabled = true
  by = 'ann@example.com'
  draft: { rule: RuleInput; basedOn: number; at: string; by: string } | undefined
  broken = false
  /** Nothing can be read. */
  mute = false
  made = 0

  private view = ({ name, inbox = '', ...rule }: RuleInput): Rule => ({
    name,
    inbox,
    id: 'tell',
    steps: rule.steps ?? [],
    enabled: this.enabled,
    version: this.version,
    revision: this.revision,
    published: { at: '2026-05-03T10:00:00Z', by: this.by },
    createdAt: '',
    updatedAt: '',
    sentence: [],
  })

  stored(): Stored {
    return { etag: `"${this.revision}"`, rule: this.view(this.rule), draft: this.draftView() }
  }

  private draftView(): Draft | undefined {
    const { draft } = this
    if (draft === undefined) return undefined
    const { basedOn, at: updatedAt, by: updatedBy } = draft
    return {
      basedOn,
      updatedAt,
      updatedBy,
      outdated: basedOn !== this.version,
      faults: [],
      rule: this.view(draft.rule),
    }
  }

  private changed(etag: string) {
    if (this.broken) throw new ProblemError({ status: 0, detail: 'Patchbay cannot be reached.' })
    if (etag !== `"${this.revision}"`) throw new ProblemError({ status: 412, detail: 'It was changed meanwhile.' })
    this.revision++
  }

  load = async () => {
    if (this.mute) throw new ProblemError({ status: 0, detail: 'Patchbay cannot be reached.' })
    return this.stored()
  }
  create = async (rule: RuleInput) => {
    this.made++
    this.rule = rule
    this.version = 0
    return 'tell'
  }
  saveDraft = async (_: string, rule: RuleInput, etag: string, basedOn: number) => {
    this.changed(etag)
    this.draft = { rule, basedOn, at: `saved ${this.revision}`, by: 'me@example.com' }
    const value = this.draftView()
    if (value === undefined) throw new Error('no draft')
    return { value, etag: `"${this.revision}"` }
  }
  discard = async (_: string, etag: string) => {
    this.changed(etag)
    this.draft = undefined
  }
  publish = async (_: string, etag: string) => {
    this.changed(etag)
    this.rule = this.draft?.rule ?? this.rule
    this.version++
    this.draft = undefined
  }
  turn = async (_: string, on: boolean) => {
    this.revision++
    this.enabled = on
  }

  annPublishes(rule: RuleInput) {
    this.rule = rule
    this.version++
    this.revision++
  }
  annSaves(rule: RuleInput) {
    this.draft = { rule, basedOn: this.version, at: 'by Ann', by: 'ann@example.com' }
    this.revision++
  }
}
