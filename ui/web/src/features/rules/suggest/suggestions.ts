import type { Schemas } from '@/api/client'

type Field = Schemas['FieldInfo']
type Row = Schemas['ConditionNode']

/** A condition that could be meant, in words and as a row. */
export interface Suggestion {
  readonly words: string
  readonly row: Row
}

const most = 3

// What people ask about first: how much, in what state, of what kind.
const kinds: readonly ((field: Field) => Suggestion | undefined)[] = [
  (f) => (/\b(total|amount|sum)\b/i.test(f.label) ? moreThan(f) : undefined),
  (f) => (/\b(action|status|state|priority|severity|level)$/i.test(f.label) ? sameAs(f) : undefined),
  (f) => (/\bcurrency$/i.test(f.label) ? sameAs(f) : undefined),
  (f) => (f.type === 'boolean' ? yesOrNo(f) : undefined),
  (f) => (/\b(price|value|count|quantity|score)\b/i.test(f.label) ? moreThan(f) : undefined),
  (f) => (/\b(type|kind|category|branch|topic|subject)$/i.test(f.label) ? sameAs(f) : undefined),
]

/** Up to three conditions that the fields of an event suggest; of each kind the first field counts. */
export function suggestionsOf(fields: readonly Field[]): Suggestion[] {
  const near = fields.filter((f) => f.path.startsWith('payload') && !f.path.includes('['))
  const byDepth = near.toSorted((a, b) => depth(a) - depth(b))
  return kinds
    .flatMap((kind) => byDepth.map(kind).find((s) => s !== undefined) ?? [])
    .filter((s, i, all) => all.findIndex((o) => o.row.field === s.row.field) === i)
    .slice(0, most)
}

const depth = ({ path }: Field): number => path.split('.').length

function moreThan({ label, path, type, numeric, sample }: Field): Suggestion | undefined {
  if (type !== 'number' && !numeric) return undefined
  const found = Number(plain(sample))
  if (!Number.isFinite(found) || found <= 0) return undefined
  const size = 10 ** Math.floor(Math.log10(found))
  const value = Math.floor(found / size) * size
  return {
    words: `${label} is more than ${value.toLocaleString()}`,
    row: { kind: 'row', field: path, type: 'number', op: 'gt', value, ...(type === 'number' ? {} : { convert: true }) },
  }
}

function sameAs({ label, path, type, sample }: Field): Suggestion | undefined {
  const value = plain(sample)
  if (type !== 'text' || value === undefined || value === '' || value.length > 40) return undefined
  return { words: `${label} is ${value}`, row: { kind: 'row', field: path, type: 'text', op: 'is', value } }
}

function yesOrNo({ label, path, sample }: Field): Suggestion {
  const yes = sample === 'true' || sample === 'yes'
  return {
    words: `${label} is ${yes ? 'yes' : 'no'}`,
    row: { kind: 'row', field: path, type: 'boolean', op: yes ? 'isTrue' : 'isFalse' },
  }
}

/** The value of a sample as it is; undefined when only its beginning is known. */
function plain(sample: string): string | undefined {
  if (!sample.startsWith('"')) return sample
  try {
    const text: unknown = JSON.parse(sample)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
