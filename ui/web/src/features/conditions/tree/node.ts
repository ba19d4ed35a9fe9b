import type { Schemas } from '@/api/client'

export type FieldType = NonNullable<Schemas['ConditionNode']['type']>
export type Scalar = string | number | boolean
/** What a row compares with, as the operator takes it; undefined until something was chosen. */
export type Value = Scalar | readonly Scalar[] | undefined

/** A field, an operator and mostly a value. `key` names the node as long as it is edited. */
export interface Row {
  readonly kind: 'row'
  readonly key: string
  /** What it was read from: sent back, so that what nobody edits stays as it was typed. */
  readonly text?: string
  readonly field: string
  /** The field as people call it; "" until the server has told. */
  readonly label: string
  readonly type: FieldType
  readonly op: string
  readonly value: Value
  /** The field to compare with, instead of a value; "" when one is still to be chosen. */
  readonly valueField?: string
  readonly ignoreCase: boolean
  readonly convert: boolean
  /** What the items of a list must fulfil. */
  readonly where?: Group
  readonly off?: boolean
}

/** Conditions of which all or one must hold. */
export interface Group {
  readonly kind: 'all' | 'any'
  readonly key: string
  readonly text?: string
  readonly nodes: readonly Part[]
  /** Switched off: it is kept, and nothing asks for it. */
  readonly off?: boolean
}

/** What no row can show. */
export interface Formula {
  readonly kind: 'formula'
  readonly key: string
  readonly text: string
  readonly off?: boolean
}

/** What is judged by itself. */
export type Leaf = Row | Formula
export type Part = Leaf | Group

/** A condition as it is edited. */
export interface Condition {
  readonly text: string
  readonly when?: Schemas['ConditionWhen']
  readonly root: Group
}

let last = 0

/** A name that no other node has. */
export const newKey = (): string => `c${++last}`

export const isGroup = (part: Part): part is Group => part.kind === 'all' || part.kind === 'any'

export const emptyGroup = (kind: Group['kind'] = 'all'): Group => ({ kind, key: newKey(), nodes: [] })

/** The field on which the kind of event stands. */
export const kindField = 'event.type'
