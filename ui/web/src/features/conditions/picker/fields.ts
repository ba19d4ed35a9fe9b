import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { type Against, choiceOf, keyOf } from '../against'

export type Field = Schemas['FieldInfo']

interface Wanted {
  /** Part of a name or of a value. */
  find?: string
  /** A list: the fields of its items. */
  items?: string
}

const shown = 200

/** The fields of the sample, in the order in which people look for them. */
export const fieldsQuery = (against: Against, { find = '', items = '' }: Wanted = {}) =>
  queryOptions({
    queryKey: ['fields', find, items, ...keyOf(against)],
    staleTime: 15_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const wanted = { ...(find === '' ? {} : { find }), ...(items === '' ? {} : { items }), limit: shown }
      const body = { ...choiceOf(against), ...wanted }
      return { ...(await answer(client.POST('/api/v1/expressions/fields', { body, signal }))), of: find }
    },
  })

const shape = /^[\p{L}_$.#][\p{L}\p{N}_$]*(?:\??\.[\p{L}_$][\p{L}\p{N}_$]*|\[(?:-?\d+|"[^"\\]*"|'[^'\\]*')\])*$/u
const roots = /^(payload|event|steps|vars|query|headers|item|method|inbox|index)\b/

/** The field that a person wrote by hand; undefined when it can be none. */
export function writtenField(typed: string, items: boolean): Field | undefined {
  const text = typed.trim()
  if (!shape.test(text)) return undefined
  const rooted = items ? /^[.#]/.test(text) || roots.test(text) : roots.test(text)
  const path = rooted ? text : items ? `.${text}` : text.startsWith('.') ? `payload${text}` : `payload.${text}`
  return /[.#]$/.test(path) && path !== '#' ? undefined : { path, label: '', type: 'any', numeric: false, sample: '' }
}

const store = 'patchbay-fields'
const remembered = 30

/** Paths that were picked last, the last one first. */
export function recentPaths(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(store) ?? '[]')
    return Array.isArray(kept) ? kept.filter((p) => typeof p === 'string') : []
  } catch {
    return [] // a browser may keep nothing for us
  }
}

export function rememberPath(path: string): void {
  try {
    const paths = [path, ...recentPaths().filter((p) => p !== path)].slice(0, remembered)
    localStorage.setItem(store, JSON.stringify(paths))
  } catch {
    // then it is not remembered
  }
}

/** A part of the list with its heading. */
export interface Section {
  readonly title: string
  readonly fields: readonly Field[]
}

const recentShown = 5

// First the names that begin with what was typed, then those of which a part does, such
// as Email of Customer › Email.
function nearness({ label }: Field, typed: string): number {
  const [name, wanted] = [label.toLowerCase(), typed.toLowerCase()]
  if (name.startsWith(wanted)) return 0
  return name.split(' › ').some((part) => part.startsWith(wanted)) ? 1 : 2
}

/** What was found for a search, from which more may have been left out. */
interface Found {
  readonly items: readonly Field[]
  readonly more: boolean
  readonly of: string
}

/**
 * The field that will come first for what is typed, told from what was found for less of
 * it. Undefined when only the server can tell.
 */
export function foreseen({ items, more, of }: Found, typed: string): Field | undefined {
  if (typed === '' || more || !typed.toLowerCase().includes(of.toLowerCase())) return undefined
  const [first] = items.toSorted((a, b) => nearness(a, typed) - nearness(b, typed))
  return first !== undefined && nearness(first, typed) < 2 ? first : undefined
}

/** Recently used ones first, as long as nothing is searched for; what was written by hand last. */
export function sectionsOf(
  fields: readonly Field[],
  { typed, items, recent }: { typed: string; items: boolean; recent: readonly string[] },
): readonly Section[] {
  const used =
    typed === '' && !items
      ? recent.flatMap((path) => fields.find((f) => f.path === path) ?? []).slice(0, recentShown)
      : []
  const found = typed === '' ? fields : fields.toSorted((a, b) => nearness(a, typed) - nearness(b, typed))
  const written = typed === '' ? undefined : writtenField(typed, items)
  const known = written === undefined || fields.some((f) => f.path === written.path)
  return [
    { title: 'Recently used', fields: used },
    { title: used.length > 0 ? 'All fields' : 'Fields', fields: found },
    { title: 'As written', fields: known ? [] : [written] },
  ].filter((section) => section.fields.length > 0)
}
