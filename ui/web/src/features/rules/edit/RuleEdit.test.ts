import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ProblemError } from '@/api/problem'
import { foundNew } from './kept'
import { RuleEdit } from './RuleEdit'
import { ServerInMemory } from './ServerInMemory'

beforeEach(() => localStorage.clear())
afterEach(() => vi.useRealTimers())

const owner = 'me@example.com'

const begin = (server: ServerInMemory) => new RuleEdit(server.stored(), { server, owner })

test('an edit is a draft until it is published, and what is live again needs none', async () => {
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
  const edit = new RuleEdit({ name: 'New rule' }, { server, owner })
  server.create = () => Promise.reject(new ProblemError({ status: 0, detail: 'Patchbay cannot be reached.' }))
  edit.change({ name: 'Big order' })
  await edit.flush()
  expect(foundNew('bob@example.com')).toEqual([])
  expect(foundNew(owner).map(({ kept }) => kept.rule.name)).toEqual(['Big order'])
})

test('somebody who publishes meanwhile is told of, and both are kept', async () => {
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
  const edit = begin(server)
  await server.turn('tell', false)
  edit.change({ ...edit.read().rule, name: 'Tell all' })
  await edit.flush()
  expect(edit.read()).toMatchObject({ conflict: undefined, saving: { kind: 'saved' }, live: { enabled: false } })
})

test('a new rule is stored by itself a moment after the first edit', async () => {
  vi.useFakeTimers()
  const server = new ServerInMemory()
  const edit = new RuleEdit({ name: 'New rule' }, { server, owner })
  await vi.advanceTimersByTimeAsync(2000)
  expect(edit.read().id).toBeUndefined()
  edit.change({ name: 'Big order' })
  await vi.advanceTimersByTimeAsync(2000)
  expect(edit.read()).toMatchObject({ id: 'tell', saving: { kind: 'saved' } })
  expect(server.rule.name).toBe('Big order')
})

test('a new rule is stored once, however often it is asked for', async () => {
  const server = new ServerInMemory()
  const edit = new RuleEdit({ name: 'New rule', inbox: 'shop' }, { server, owner })
  await Promise.all([edit.prepare(), edit.prepare()])
  expect(edit.read().id).toBe('tell')
  expect(server.made).toBe(1)
})

test('a new rule that could not be read back is not made again', async () => {
  const server = new ServerInMemory()
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
  const server = new ServerInMemory()
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
