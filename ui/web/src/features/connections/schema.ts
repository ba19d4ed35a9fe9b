import type { ConnectionType } from './queries'

type Value = 'text' | 'number' | 'switch' | 'list' | 'secret' | 'secrets'

/** A field of a kind of connection, as its form shows it. */
export interface Field {
  readonly name: string
  readonly title: string
  readonly value: Value
  readonly description: string
  readonly placeholder: string
  readonly required: boolean
  readonly advanced: boolean
  /** The texts that it can be; empty for every text. */
  readonly choices: readonly string[]
  readonly fallback: unknown
  /** Another field and the values of it with which this one is there. */
  readonly when: { readonly name: string; readonly values: readonly string[] } | undefined
  readonly format: string
}

/** The fields of a kind of connection, in their order, from its JSON Schema. */
export function fieldsOf(kind: ConnectionType): readonly Field[] {
  const required = texts(kind.schema['required'])
  return Object.entries(record(kind.schema['properties']))
    .map(([name, schema]) => ({ name, schema: record(schema) }))
    .toSorted((a, b) => Number(a.schema['x-order'] ?? 0) - Number(b.schema['x-order'] ?? 0))
    .map(({ name, schema }) => ({
      name,
      title: text(schema['title']) || name,
      value: valueOf(schema),
      description: text(schema['description']),
      placeholder: text(schema['x-placeholder']),
      required: required.includes(name),
      advanced: schema['x-advanced'] === true,
      choices: texts(schema['enum']),
      fallback: schema['default'],
      when: whenOf(text(schema['x-when'])),
      format: text(schema['format']),
    }))
}

function valueOf(schema: Record<string, unknown>): Value {
  if (schema['writeOnly'] === true) return 'secret'
  const type = schema['type']
  if (Array.isArray(type) ? type.includes('array') : type === 'array') return 'list'
  switch (type) {
    case 'object':
      return 'secrets'
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    default:
      return 'text'
  }
}

// "auth=header|query"
function whenOf(rule: string): Field['when'] {
  const [name, values] = rule.split('=')
  return name === undefined || values === undefined ? undefined : { name, values: values.split('|') }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const texts = (value: unknown) => (Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [])
const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
