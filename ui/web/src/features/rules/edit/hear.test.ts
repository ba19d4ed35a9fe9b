import { beforeEach, expect, test } from 'vitest'
import { ProblemError } from '@/api/problem'
import { RuleEdit } from './RuleEdit'
import { ServerInMemory } from './ServerInMemory'

beforeEach(() => localStorage.clear())

const begin = (server: ServerInMemory) => new RuleEdit(server.stored(), { server, owner: 'me@example.com' })

test('an edit that is taken back is not told as saved when somebody discarded the draft meanwhile', async () => {
  const server = new ServerInMemory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  await server.discard('tell', `"${server.revision}"`)
  edit.change({ ...edit.read().rule, name: 'By me, once more' })
  edit.undo()
  await edit.flush()
  expect(edit.read()).toMatchObject({ rule: { name: 'By me' }, saving: { kind: 'saved' } })
  expect(server.draft?.rule.name).toBe('By me')
})

test('an edit that is taken back is not told as saved when it cannot be asked for', async () => {
  const server = new ServerInMemory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  server.mute = true
  edit.change({ ...edit.read().rule, name: 'By me, once more' })
  edit.undo()
  await edit.flush()
  expect(edit.read().saving).toMatchObject({ kind: 'failed', kept: true })
})

test('who hears that the draft was discarded is asked, and what was edited stays until then', async () => {
  const server = new ServerInMemory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  await edit.hear(server.stored().etag)
  expect(edit.read()).toMatchObject({ conflict: undefined, saving: { kind: 'saved' } })
  await server.discard('tell', `"${server.revision}"`)
  await edit.hear(server.stored().etag)
  expect(edit.read()).toMatchObject({
    rule: { name: 'By me' },
    conflict: { kind: 'discarded', theirs: { name: 'Tell' } },
    saving: { kind: 'none' },
  })
  expect(server.draft).toBeUndefined()
  expect(begin(server).read().rule.name).toBe('By me')
  await edit.takeMine()
  expect(server.draft?.rule.name).toBe('By me')
})

test('who hears that somebody published the draft has nothing left to publish', async () => {
  const server = new ServerInMemory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  await server.publish('tell', `"${server.revision}"`)
  await edit.hear(server.stored().etag)
  expect(edit.read()).toMatchObject({ conflict: undefined, draft: undefined, live: { version: 2, name: 'By me' } })
})

test('who hears that the rule was deleted keeps the edit, also for another day', async () => {
  const server = new ServerInMemory()
  const edit = begin(server)
  edit.change({ ...edit.read().rule, name: 'By me' })
  await edit.flush()
  server.load = () => Promise.reject(new ProblemError({ status: 404, detail: 'There is no such rule.' }))
  await edit.hear('')
  expect(edit.read().conflict).toEqual({ kind: 'deleted' })
})
