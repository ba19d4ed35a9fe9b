import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, client, ifMatch, type Schemas, tagged } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { type Member, membersOf, objectText, shownOf } from './members'

/** Where names with values stand: the shared values, or one of the lists. */
export type Book = { kind: 'values' } | { kind: 'list'; name: string }

export interface Entries {
  members: readonly Member[]
  etag: string
}

async function readBook(book: Book, signal?: AbortSignal): Promise<Entries> {
  const asText = { parseAs: 'text' as const, ...(signal ? { signal } : {}) }
  if (book.kind === 'values') {
    const { value, etag } = await tagged(client.GET('/api/v1/vars', asText))
    return { members: membersOf(value), etag }
  }
  const params = { path: { id: book.name } }
  const { value, etag } = await tagged(client.GET('/api/v1/tables/{id}', { ...asText, params }))
  const rows = membersOf(value).find(([name]) => name === 'rows')?.[1] ?? '{}'
  return { members: membersOf(rows), etag }
}

/** `etag` is empty for a list that is to be made. */
async function writeBook(book: Book, members: readonly Member[], etag: string): Promise<void> {
  const header = etag === '' ? {} : ifMatch(etag)
  // The types know values; what is sent is their text.
  const text = objectText(members)
  if (book.kind === 'values') {
    const params = { header }
    await answer(client.PUT('/api/v1/vars', { params, body: {}, bodySerializer: () => text }))
    return
  }
  const params = { path: { id: book.name }, header }
  await answer(
    client.PUT('/api/v1/tables/{id}', { params, body: { rows: {} }, bodySerializer: () => `{"rows":${text}}` }),
  )
}

export const entriesQuery = (book: Book) =>
  queryOptions({
    queryKey: ['shared', ...(book.kind === 'values' ? ['values'] : ['list', book.name])],
    queryFn: ({ signal }) => readBook(book, signal),
  })

export const listsQuery = queryOptions({
  queryKey: ['shared', 'lists'],
  queryFn: async ({ signal }) => {
    const { items } = await answer(client.GET('/api/v1/tables', { signal }))
    return items.map(({ name, rows }) => ({ name, count: Object.keys(rows).length }))
  },
})

/** Every rule, to see who uses what. */
export const usersQuery = queryOptions({
  queryKey: ['rules', 'users-of-values'],
  queryFn: async ({ signal }) => {
    const all: Schemas['Rule'][] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query = cursor === '' ? { limit: 200 } : { limit: 200, cursor }
      const found: Schemas['PageRule'] = await answer(client.GET('/api/v1/rules', { params: { query }, signal }))
      all.push(...found.items)
      cursor = found.nextCursor || undefined
    }
    return all
  },
})

/** One name: its new value, undefined to delete it, and the value it had when the person looked. */
export interface Change {
  name: string
  value: string | undefined
  was: string | undefined
}

const tries = 3

/** Changes some names of a book; what others changed meanwhile stays, unless it is the same name. */
async function change(book: Book, changes: readonly Change[], attempt = 1): Promise<void> {
  const { members, etag } = await readBook(book)
  const now = new Map(members)
  for (const { name, value, was } of changes) {
    const found = now.get(name)
    if (found !== was) throw new ProblemError({ status: 409, detail: clash(name, found, was) })
    if (value === undefined) now.delete(name)
    else now.set(name, value)
  }
  try {
    await writeBook(book, [...now], etag)
  } catch (error) {
    if (!(error instanceof ProblemError && error.conflict) || attempt === tries) throw error
    await change(book, changes, attempt + 1)
  }
}

function clash(name: string, now: string | undefined, was: string | undefined): string {
  if (now === undefined) return `Somebody else deleted ${name} while this page was open. Nothing was changed.`
  const words = shownOf(now).slice(0, 80)
  return was === undefined
    ? `There already is a ${name}: "${words}". Choose another name, or edit that one.`
    : `Somebody else changed ${name} while this page was open: it is now "${words}". Nothing was changed.`
}

function useRenewed() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['shared'] })
}

/** onDone and onError are called even when who changed the entries is gone from the page. */
export function useChangeEntries(
  book: Book,
  { onDone, onError }: { onDone?: (changes: readonly Change[]) => void; onError?: (error: Error) => void } = {},
) {
  const onSettled = useRenewed()
  return useMutation({
    mutationFn: (changes: readonly Change[]) => change(book, changes),
    onSuccess: (_, changes) => onDone?.(changes),
    onError: (error) => onError?.(error),
    onSettled,
  })
}

/** Makes a list; with the name of one that is there it fails. */
export function useMakeList() {
  const onSettled = useRenewed()
  return useMutation({
    mutationFn: async ({ name, members = [] }: { name: string; members?: readonly Member[] }) => {
      try {
        await writeBook({ kind: 'list', name }, members, '')
      } catch (error) {
        if (!(error instanceof ProblemError && error.status === 428)) throw error
        throw new ProblemError({ status: 409, detail: `There already is a list ${name}. Choose another name.` })
      }
    },
    onSettled,
  })
}

/** Deletes a list and gives what it held, to have it back. */
export function useDeleteList() {
  const onSettled = useRenewed()
  return useMutation({
    mutationFn: async (name: string) => {
      const { members, etag } = await readBook({ kind: 'list', name })
      await answer(client.DELETE('/api/v1/tables/{id}', { params: { path: { id: name }, header: ifMatch(etag) } }))
      return members
    },
    onSettled,
  })
}
