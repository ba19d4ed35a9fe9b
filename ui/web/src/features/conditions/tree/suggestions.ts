import type { Field } from '../picker/fields'
import { newKey, type Row } from './node'

/** A condition that could be meant, in words and as a row. */
export interface Suggestion {
  readonly words: string
  readonly row: Omit<Row, 'key'>
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
  const sorted = near.toSorted((a, b) => rank(a) - rank(b))
  return kinds
    .flatMap((kind) => sorted.map(kind).find((s) => s !== undefined) ?? [])
    .filter((s, i, all) => all.findIndex((o) => o.row.field === s.row.field) === i)
    .slice(0, most)
}

// What stands at the top comes first, and "Total price" before "Subtotal price".
const rank = ({ path, label }: Field): number =>
  path.split('.').length + (/^(sub|current|line)|\bset\b|\b(tax|discount|shipping)/i.test(label) ? 0.5 : 0)

/** A row on the suggestion, under a key of its own. */
export const rowOf = ({ row }: Suggestion): Row => ({ ...row, key: newKey() })

const base = ({ path, label }: Field) =>
  ({ kind: 'row', field: path, label, value: undefined, ignoreCase: false, convert: false }) as const

function moreThan(field: Field): Suggestion | undefined {
  const { label, type, numeric, sample } = field
  if (type !== 'number' && !numeric) return undefined
  const found = Number(plain(sample))
  if (!Number.isFinite(found) || found <= 0) return undefined
  const size = 10 ** Math.floor(Math.log10(found))
  const value = Math.floor(found / size) * size
  return {
    words: `${label} is more than ${value.toLocaleString()}`,
    row: { ...base(field), type: 'number', op: 'gt', value: String(value), convert: type !== 'number' },
  }
}

function sameAs(field: Field): Suggestion | undefined {
  const value = plain(field.sample)
  if (field.type !== 'text' || value === undefined || value === '' || value.length > 40) return undefined
  return { words: `${field.label} is ${value}`, row: { ...base(field), type: 'text', op: 'is', value } }
}

function yesOrNo(field: Field): Suggestion {
  const yes = field.sample === 'yes'
  return {
    words: `${field.label} is ${yes ? 'yes' : 'no'}`,
    row: { ...base(field), type: 'boolean', op: yes ? 'isTrue' : 'isFalse' },
  }
}

/** The value of a sample as it is; undefined when only its beginning is known. */
function plain(sample: string): string | undefined {
  if (!sample.startsWith('"')) return sample
  return sample.endsWith('"') && !sample.endsWith('…"') ? sample.slice(1, -1) : undefined
}
