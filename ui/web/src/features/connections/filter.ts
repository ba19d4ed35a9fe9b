import { type Connection, connectionStatus, titleOf } from './queries'

export const states = [
  { value: 'works', label: 'Works' },
  { value: 'fails', label: 'Does not work' },
  { value: 'unused', label: 'Not used yet' },
] as const

const roles: Readonly<Record<string, string>> = { works: 'good', fails: 'bad', unused: 'neutral' }

/** The connections that a person looks for, by name, in their order: what does not work comes first. */
export function filterConnections(
  all: readonly Connection[],
  { q, kind, state }: Readonly<Record<string, string | undefined>>,
): readonly Connection[] {
  const words = fold(q ?? '')
    .split(/\s+/)
    .filter(Boolean)
  return all
    .filter((c) => kind === undefined || c.type === kind)
    .filter((c) => state === undefined || connectionStatus(c).role === roles[state])
    .filter((c) =>
      words.every((w) => fold(`${titleOf(c)} ${c.name} ${c.usedBy.map((r) => r.name).join(' ')}`).includes(w)),
    )
    .toSorted((a, b) => Number(b.lastError !== '') - Number(a.lastError !== '') || titleOf(a).localeCompare(titleOf(b)))
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
