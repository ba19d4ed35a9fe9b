import type { ActionSpec } from '../actions'

export type FieldKind =
  | 'text'
  | 'multiline'
  | 'choice'
  | 'switch'
  | 'number'
  | 'duration'
  | 'time'
  | 'condition'
  | 'channel'
  | 'list'
  | 'words'
  | 'pairs'
  | 'json'

/** One setting of a step, as its form draws it. */
export interface StepField {
  readonly name: string
  readonly kind: FieldKind
  readonly title: string
  readonly description?: string | undefined
  readonly placeholder?: string | undefined
  readonly format?: string | undefined
  readonly choices: readonly string[]
  readonly initial?: unknown
  readonly required: boolean
  /** No fields of the event may be put in. */
  readonly literal: boolean
  readonly advanced: boolean
  /** Of the fields with the same text here only one is filled in. */
  readonly oneOf?: string | undefined
}

type Property = Readonly<Record<string, unknown>>

/** The settings of an action in the order of its form. */
export function fieldsOf(spec: ActionSpec): StepField[] {
  const properties = asObject(spec.schema['properties'])
  return Object.entries(properties)
    .map(([name, raw]) => ({ name, property: asObject(raw) }))
    .toSorted((a, b) => order(a.property) - order(b.property))
    .map(({ name, property }) => fieldOf(name, property, spec))
}

function fieldOf(name: string, property: Property, spec: ActionSpec): StepField {
  return {
    name,
    kind: kindOf(property),
    title: text(property['title']) ?? name,
    description: text(property['description']),
    placeholder: text(property['x-placeholder']),
    format: text(property['format']),
    choices: Array.isArray(property['enum']) ? property['enum'].map(String) : [],
    initial: property['default'],
    required: spec.required.includes(name),
    literal: property['x-literal'] === true || spec.literal.includes(name),
    advanced: property['x-advanced'] === true,
    oneOf: text(property['x-one-of']),
  }
}

function kindOf(property: Property): FieldKind {
  const { type, format } = property
  if (Array.isArray(property['enum'])) return 'choice'
  switch (format) {
    case 'expression':
      return 'condition'
    case 'json':
      return 'json'
    case 'multiline':
      return 'multiline'
    case 'duration':
      return 'duration'
    case 'date-time':
      return 'time'
    case 'slack-channel':
      return 'channel'
    default:
  }
  if (Array.isArray(type)) return 'list'
  switch (type) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return 'words'
    case 'object':
      return 'pairs'
    case 'string':
      return 'text'
    default:
      return 'json'
  }
}

const order = (p: Property): number => (typeof p['x-order'] === 'number' ? p['x-order'] : Number.MAX_SAFE_INTEGER)

const text = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined)

const isObject = (v: unknown): v is Property => typeof v === 'object' && v !== null && !Array.isArray(v)

const asObject = (v: unknown): Property => (isObject(v) ? v : {})
