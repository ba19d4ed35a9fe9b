import { ExactNumber } from '@/api/exactJson'

/** One step from the root: a name or a place in a list. */
export type PathPart = string | number

export interface JsonNode {
  path: readonly PathPart[]
  /** Name or place within its parent; undefined for the root. */
  key: PathPart | undefined
  value: unknown
  depth: number
  /** How many values are inside; undefined for values that hold none. */
  size: number | undefined
  open: boolean
}

/** The address of a value, such as payload.items[0]["odd name"]. */
export function pathText(path: readonly PathPart[], root = 'payload'): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return /^[A-Za-z_]\w*$/.test(part) ? `${text}.${part}` : `${text}[${JSON.stringify(part)}]`
  }, root)
}

/** Names a value within one tree. */
export const idOf = (path: readonly PathPart[]): string => JSON.stringify(path)

export function entriesOf(value: unknown): [PathPart, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((item, i) => [i, item])
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) return Object.entries(value)
  return undefined
}

/** How many rows a tree shows at most before one has to fold something: documents stay usable. */
export const mostRows = 200_000

/**
 * The rows of a tree, with what is folded left out. It uses no recursion: payloads are
 * nested as deeply as whoever sent them liked.
 */
export function flatten(
  root: unknown,
  isOpen: (node: { path: readonly PathPart[]; depth: number; size: number }) => boolean,
): JsonNode[] {
  const rows: JsonNode[] = []
  const todo: { key: PathPart | undefined; value: unknown; path: readonly PathPart[]; depth: number }[] = [
    { key: undefined, value: root, path: [], depth: 0 },
  ]
  for (let next = todo.pop(); next !== undefined && rows.length < mostRows; next = todo.pop()) {
    const { key, value, path, depth } = next
    const entries = entriesOf(value)
    const size = entries?.length
    const open = size !== undefined && size > 0 && isOpen({ path, depth, size })
    rows.push({ path, key, value, depth, size, open })
    if (!open || entries === undefined) continue
    // What lies beyond the last row that can be shown need not be looked at.
    for (let i = Math.min(entries.length, mostRows - rows.length) - 1; i >= 0; i--) {
      const entry = entries[i]
      if (entry) todo.push({ key: entry[0], value: entry[1], path: [...path, entry[0]], depth: depth + 1 })
    }
  }
  return rows
}

const longest = 2000 // characters of a text that are drawn; the whole of it can be copied

/** A value as text. Control characters, which can hide or turn what is around them, are shown by their number. */
export function valueText(value: unknown): string {
  if (value instanceof ExactNumber) return value.source
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'undefined'
  const cut =
    value.length > longest ? `${value.slice(0, longest)}… (${value.length.toLocaleString()} characters)` : value
  return `"${visible(cut)}"`
}

// What is neither seen nor harmless: C0, C1, and the marks that turn the direction of writing.
const hidden = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu

export function visible(text: string): string {
  return text.replace(hidden, (c) => {
    if (c === '\n') return '↵'
    if (c === '\t') return '⇥'
    return `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
