import type { Entry } from '@/routing'

const recentKey = 'patchbay-recent'
const mostInGroup = 7

/** Entries by heading; those chosen last come first while nothing is typed. */
export function findEntries(
  all: readonly Entry[],
  query: string,
  recent: readonly string[],
): [label: string, entries: Entry[]][] {
  const wanted = fold(query).split(/\s+/).filter(Boolean)
  const found = all
    .map((entry) => ({ entry, rank: rankOf(entry, wanted) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry)
  const groups = new Map<string, Entry[]>()
  if (wanted.length === 0) {
    const last = recent.flatMap((id) => found.find((entry) => entry.id === id) ?? [])
    if (last.length > 0) groups.set('Last used', last)
  }
  for (const entry of found) {
    const group = groups.get(entry.group) ?? []
    if (group.length < mostInGroup) groups.set(entry.group, [...group, entry])
  }
  return [...groups]
}

// Every word has to occur; one that begins the name counts most.
function rankOf(entry: Entry, wanted: readonly string[]): number {
  if (entry.last) return 0.5
  const label = fold(entry.label)
  const rest = fold(`${entry.detail ?? ''} ${entry.words ?? ''} ${entry.group}`)
  let rank = 1
  for (const word of wanted) {
    if (label.startsWith(word)) rank += 4
    else if (label.includes(` ${word}`)) rank += 3
    else if (label.includes(word)) rank += 2
    else if (rest.includes(word)) rank += 1
    else return 0
  }
  return rank
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

export function readRecent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(recentKey) ?? '[]')
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
  } catch {
    return [] // another program's text
  }
}

export function rememberEntry(id: string): void {
  localStorage.setItem(recentKey, JSON.stringify([id, ...readRecent().filter((old) => old !== id)].slice(0, 5)))
}
