import type { Field } from '../picker/fields'
import { newKey, type Row } from './node'

/** A condition that could be added. */
export interface Suggestion {
  readonly row: Row
  /** The row under a key of its own. */
  readonly fresh: () => Row
}

const base = (field: Field): Pick<Row, 'kind' | 'field' | 'label' | 'ignoreCase'> => ({
  kind: 'row',
  field: field.path,
  label: field.label,
  ignoreCase: false,
})

const amount = /\b(total|price|amount|sum|cost|value|count|quantity|qty|size|score|points)\b/i
const choice =
  /\b(currency|status|state|type|kind|action|country|plan|source|channel|category|priority|branch|ref|level)\b/i

/** At most one on an amount, one on a word out of a few and one on yes or no, in this order. */
export function suggestionsOf(fields: readonly Field[]): readonly Suggestion[] {
  const inData = fields.filter((f) => f.path.startsWith('payload.') && !f.path.includes('['))
  const number = inData.find((f) => (f.type === 'number' || f.numeric) && amount.test(f.label))
  const word = inData.find(
    (f) => f.type === 'text' && !f.numeric && choice.test(f.label) && /^".{1,24}"$/.test(f.sample),
  )
  const flag = inData.find((f) => f.type === 'boolean')
  const rows: Omit<Row, 'key'>[] = []
  if (number !== undefined)
    rows.push({ ...base(number), type: 'number', op: 'gt', value: undefined, convert: number.type === 'text' })
  if (word !== undefined)
    rows.push({ ...base(word), type: 'text', op: 'is', value: word.sample.slice(1, -1), convert: false })
  if (flag !== undefined) {
    const op = flag.sample === 'yes' ? 'isTrue' : 'isFalse'
    rows.push({ ...base(flag), type: 'boolean', op, value: undefined, convert: false })
  }
  return rows.map((row) => ({ row: { ...row, key: row.field }, fresh: () => ({ ...row, key: newKey() }) }))
}
