import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProblemError } from '@/api/problem'
import type { Rule, RuleInput } from './content'
import { foundNew } from './kept'
import { RuleEdit } from './RuleEdit'
import type { Draft, RuleServer, Stored } from './server'

/** Holds one rule as the server does: one draft, a tag that every change renews. */
class Memory implements RuleServer {
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

beforeEach(() => localStorage.clear())
afterEach(() => vi.useRealTimers())

const owner = 'ann@example.com'

const begin = (server: Memory) => new RuleEdit(server.stored(), { server, owner })

test('an edit is a draft until it is published, and what is live again needs none', async () => {
  const server = new Memory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'Tell all' })
  await edit.flush()
  expect(server.draft?.rule.name).toBe('Tell all')
  expect(edit.read().draft?.basedOn).toBe(1)
  edit.undo()
  await edit.flush()
  expect(server.draft).toBeUndefined()
  edit.redo()
  await expect(edit.publish()).resolves.toBe('published')
  expect(server.rule.name).toBe('Tell all')
  expect(edit.read()).toMatchObject({ draft: undefined, live: { version: 2 } })
})

test('what could not be saved is found again by whoever opens the rule next', async () => {
  const server = new Memory()
  const edit = begin(server)
  server.broken = true
  edit.change({ ...edit.read().rule, name: 'Tell all' })
  await edit.flush()
  expect(edit.read().saving).toMatchObject({ kind: 'failed', kept: true })
  server.broken = false
  const next = begin(server)
  expect(next.read().rule.name).toBe('Tell all')
  await next.flush()
  expect(server.draft?.rule.name).toBe('Tell all')
  expect(begin(server).read().foundAt).toBeUndefined()
})

test('another person on the same browser neither sees nor saves what was kept', async () => {
  const server = new Memory()
  const edit = begin(server)
  server.broken = true
  edit.change({ ...edit.read().rule, name: 'By Ann' })
  await edit.flush()
  server.broken = false
  const other = new RuleEdit(server.stored(), { server, owner: 'bob@example.com' })
  expect(other.read()).toMatchObject({ foundAt: undefined, rule: { name: 'Tell' } })
  other.change({ ...other.read().rule, name: 'By Bob' })
  await other.flush()
  expect(server.draft?.rule).toMatchObject({ name: 'By Bob' })
  // It waits for the one whose it is, beside what Bob made.
  const next = begin(server)
  await next.flush()
  expect(next.read()).toMatchObject({
    rule: { name: 'By Ann' },
    conflict: { kind: 'draft', theirs: { name: 'By Bob' } },
  })
  expect(server.draft?.rule.name).toBe('By Bob')
})

test('a new rule that was never saved is offered to the one who began it', async () => {
  const server = new Memory()
  const edit = new RuleEdit({ name: 'New rule' }, { server, owner })
  server.create = () => Promise.reject(new ProblemError({ status: 0, detail: 'Patchbay cannot be reached.' }))
  edit.change({ name: 'Big order' })
  await edit.flush()
  expect(foundNew('bob@example.com')).toEqual([])
  expect(foundNew(owner).map(({ kept }) => kept.rule.name)).toEqual(['Big order'])
})

test('somebody who publishes meanwhile is told of, and both are kept', async () => {
  const server = new Memory()
  const edit = begin(server)
  server.annPublishes({ name: 'By Ann', inbox: 'shop' })
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  expect(edit.read().conflict).toMatchObject({ kind: 'published', by: 'ann@example.com', theirs: { name: 'By Ann' } })
  expect(server.draft).toMatchObject({ basedOn: 1, rule: { name: 'By me' } })
  expect(server.rule.name).toBe('By Ann')
  await edit.takeTheirs()
  expect(edit.read()).toMatchObject({ conflict: undefined, draft: undefined, rule: { name: 'By Ann' } })
  edit.undo()
  await edit.flush()
  expect(server.draft).toMatchObject({ basedOn: 2, rule: { name: 'By me' } })
})

test('two unpublished edits: none is overwritten before somebody decides', async () => {
  const server = new Memory()
  const edit = begin(server)
  server.annSaves({ name: 'By Ann', inbox: 'shop' })
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  edit.change({ ...edit.read().rule, name: 'By me too' })
  await edit.flush()
  expect(edit.read().conflict).toMatchObject({ kind: 'draft', theirs: { name: 'By Ann' } })
  expect(server.draft?.rule.name).toBe('By Ann')
  await expect(edit.publish()).resolves.toBe('conflict')
  // Closing the page and opening it again changes nothing about that.
  const next = begin(server)
  await next.flush()
  expect(next.read()).toMatchObject({ conflict: { kind: 'draft' }, rule: { name: 'By me too' } })
  await next.takeMine()
  expect(server.draft?.rule.name).toBe('By me too')
})

test('turning a rule off elsewhere disturbs nobody', async () => {
  const server = new Memory()
  const edit = begin(server)
  await server.turn('tell', false)
  edit.change({ ...edit.read().rule, name: 'Tell all' })
  await edit.flush()
  expect(edit.read()).toMatchObject({ conflict: undefined, saving: { kind: 'saved' }, live: { enabled: false } })
})

test('a new rule is stored by itself a moment after the first edit', async () => {
  vi.useFakeTimers()
  const server = new Memory()
  const edit = new RuleEdit({ name: 'New rule' }, { server, owner })
  await vi.advanceTimersByTimeAsync(2000)
  expect(edit.read().id).toBeUndefined()
  edit.change({ name: 'Big order' })
  await vi.advanceTimersByTimeAsync(2000)
  expect(edit.read()).toMatchObject({ id: 'tell', saving: { kind: 'saved' } })
  expect(server.rule.name).toBe('Big order')
})

test('a new rule is stored once, however often it is asked for', async () => {
  const server = new Memory()
  const edit = new RuleEdit({ name: 'New rule', inbox: 'shop' }, { server, owner })
  await Promise.all([edit.prepare(), edit.prepare()])
  expect(edit.read().id).toBe('tell')
  expect(server.made).toBe(1)
})

test('a new rule that could not be read back is not made again', async () => {
  const server = new Memory()
  const edit = new RuleEdit({ name: 'New rule', inbox: 'shop' }, { server, owner })
  server.mute = true
  edit.change({ name: 'Big order', inbox: 'shop' })
  await edit.flush()
  expect(edit.read().saving.kind).toBe('failed')
  server.mute = false
  edit.change({ name: 'Big orders', inbox: 'shop' })
  await edit.flush()
  expect(server.made).toBe(1)
  expect(server.draft?.rule.name).toBe('Big orders')
  expect(edit.read()).toMatchObject({ id: 'tell', saving: { kind: 'saved' } })
})

test('what settles while an older edit is being saved is published, too', async () => {
  const server = new Memory()
  let settle: (() => void) | undefined
  const edit: RuleEdit = new RuleEdit(server.stored(), {
    server,
    owner,
    settled: async () => {
      settle?.()
      settle = undefined
    },
  })
  edit.change({ ...edit.read().rule, name: 'Tell all' })
  const saving = edit.flush()
  settle = () => edit.change({ ...edit.read().rule, when: 'payload.total > 5' })
  await edit.publish()
  await saving
  expect(server.rule).toMatchObject({ name: 'Tell all', when: 'payload.total > 5' })
})
