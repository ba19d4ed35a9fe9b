import type { Schemas } from '@/api/client'
import {
  type Condition,
  emptyGroup,
  type Group,
  isGroup,
  kindField,
  type Leaf,
  newKey,
  type Part,
  type Row,
  type Scalar,
  type Value,
} from './node'
import { understandNumber } from './number'
import type { Operator } from './operators'

/** Where a node stands: among the members of `group`, at `index`. */
export interface Place {
  readonly group: Group
  readonly index: number
  /** The groups around it, the innermost first. The group of a condition about items has none around it. */
  readonly around: readonly Group[]
}

/** Every group in which nodes can stand, those below rows included. */
function* groupsOf(group: Group, around: readonly Group[] = []): Generator<{ group: Group; around: readonly Group[] }> {
  yield { group, around }
  for (const part of group.nodes) {
    if (isGroup(part)) yield* groupsOf(part, [group, ...around])
    else if (part.kind === 'row' && part.where !== undefined) yield* groupsOf(part.where)
  }
}

/** Finds a node by its key; undefined when it is not below the root. */
export function placeOf(root: Group, key: string): Place | undefined {
  for (const { group, around } of groupsOf(root)) {
    const index = group.nodes.findIndex((n) => n.key === key)
    if (index >= 0) return { group, index, around }
  }
  return undefined
}

/** The node with a key. */
export function partOf(root: Group, key: string): Part | undefined {
  const place = placeOf(root, key)
  return place?.group.nodes[place.index]
}

/** Changes the members of the group with a key; all that is not touched stays the same object. */
export function withMembers(root: Group, key: string, change: (nodes: readonly Part[]) => readonly Part[]): Group {
  if (root.key === key) return { ...root, nodes: change(root.nodes) }
  let changed = false
  const nodes = root.nodes.map((part) => {
    const next = within(part, key, change)
    changed ||= next !== part
    return next
  })
  return changed ? { ...root, nodes } : root
}

function within(part: Part, key: string, change: (nodes: readonly Part[]) => readonly Part[]): Part {
  if (isGroup(part)) return withMembers(part, key, change)
  if (part.kind !== 'row' || part.where === undefined) return part
  const where = withMembers(part.where, key, change)
  return where === part.where ? part : { ...part, where }
}

/** Puts another node in the place of the one with a key. */
export function replaced(root: Group, key: string, change: (part: Part) => Part): Group {
  const place = placeOf(root, key)
  if (place === undefined) return root
  return withMembers(root, place.group.key, (nodes) => nodes.map((n) => (n.key === key ? change(n) : n)))
}

export const changedRow = (root: Group, key: string, change: (row: Row) => Row): Group =>
  replaced(root, key, (part) => (part.kind === 'row' ? change(part) : part))

/** Switches a node off, so that nothing asks for it, or on again. */
export const switched = (root: Group, key: string): Group =>
  replaced(root, key, (part) => ({ ...part, off: part.off !== true }))

/** Takes a node out. The group that it leaves empty goes with it, unless it is the root or about items. */
export function removed(root: Group, key: string): Group {
  const place = placeOf(root, key)
  if (place === undefined) return root
  if (place.group.nodes.length === 1 && place.around.length > 0) return removed(root, place.group.key)
  return withMembers(root, place.group.key, (nodes) => nodes.filter((n) => n.key !== key))
}

/** Puts nodes into the group with a key; at its end without an index. */
export const inserted = (root: Group, group: string, parts: readonly Part[], index?: number): Group =>
  withMembers(root, group, (nodes) => nodes.toSpliced(index ?? nodes.length, 0, ...parts))

/** The same node under keys of its own. */
export function copyOf<T extends Part>(part: T): T
export function copyOf(part: Part): Part {
  if (isGroup(part)) return { ...part, key: newKey(), nodes: part.nodes.map((n) => copyOf(n)) }
  if (part.kind === 'row' && part.where !== undefined) return { ...part, key: newKey(), where: copyOf(part.where) }
  return { ...part, key: newKey() }
}

/** Puts a copy below the node, and tells its key. */
export function duplicated(root: Group, key: string): { root: Group; key: string } {
  const place = placeOf(root, key)
  const part = place?.group.nodes[place.index]
  if (place === undefined || part === undefined) return { root, key }
  const copy = copyOf(part)
  return { root: inserted(root, place.group.key, [copy], place.index + 1), key: copy.key }
}

/** Puts a node into a new group of its own, of the other kind than the one around it. */
export function grouped(root: Group, key: string): Group {
  const place = placeOf(root, key)
  if (place === undefined) return root
  const kind = place.group.kind === 'all' ? 'any' : 'all'
  return replaced(root, key, (part) => ({ ...emptyGroup(kind), nodes: [part] }))
}

/** Puts the members of a group in its place. */
export function ungrouped(root: Group, key: string): Group {
  const place = placeOf(root, key)
  const group = place?.group.nodes[place.index]
  if (place === undefined || group === undefined || !isGroup(group)) return root
  return withMembers(root, place.group.key, (nodes) => nodes.toSpliced(place.index, 1, ...group.nodes))
}

export const regrouped = (root: Group, key: string, kind: Group['kind']): Group => {
  if (root.key === key) return { ...root, kind }
  const place = placeOf(root, key)
  if (place !== undefined) return replaced(root, key, (part) => (isGroup(part) ? { ...part, kind } : part))
  // The group of a condition about items stands in its row.
  for (const { group } of groupsOf(root)) {
    const row = group.nodes.find((n) => n.kind === 'row' && n.where?.key === key)
    if (row !== undefined)
      return changedRow(root, row.key, (r) => (r.where === undefined ? r : { ...r, where: { ...r.where, kind } }))
  }
  return root
}

/** A row on a field, with the comparison that is most likely meant. */
export function rowOn(field: Schemas['FieldInfo'], operators: readonly Operator[]): Row {
  const type = comparedAs(field)
  const op = { text: 'is', number: 'gt', boolean: 'isTrue', date: 'after', list: 'contains', any: 'exists' }[type]
  const row: Row = {
    kind: 'row',
    key: newKey(),
    field: field.path,
    label: field.label,
    type,
    op,
    value: undefined,
    // Kinds of event are names that are written in one way.
    ignoreCase: type === 'text' && field.path !== kindField,
    convert: type === 'number' && field.type === 'text',
  }
  return operators.some((o) => o.type === type && o.op === op) ? row : { ...row, op: '' }
}

/** As which a field is compared first. Text that is an amount is a number, text that only names something is not. */
function comparedAs(field: Schemas['FieldInfo']): Row['type'] {
  if (field.type === 'object') return 'any'
  if (field.type !== 'text' || !field.numeric) return field.type
  const digits = field.sample.replaceAll('"', '')
  const names = /\b(id|zip|code|phone|number|no|key|postcode)$/i.test(field.label) || /^[+]|^0\d/.test(digits)
  return names ? 'text' : 'number'
}

/** A row on another field; what it is compared with stays when it can. */
export function onField(row: Row, field: Schemas['FieldInfo'], operators: readonly Operator[]): Row {
  const { text: _text, where: _where, ...rest } = row
  const fresh = rowOn(field, operators)
  const unknown = field.type === 'any' && field.sample === ''
  if (unknown || fresh.type === row.type) {
    return { ...rest, field: field.path, label: field.label, convert: unknown ? row.convert : fresh.convert }
  }
  const same = operators.find((o) => fresh.type !== 'any' && o.type === fresh.type && o.op === row.op)
  const operator = same ?? operators.find((o) => o.type === fresh.type && o.op === fresh.op)
  const value = operator === undefined ? undefined : fitting(row.value, operator)
  return { ...fresh, key: row.key, op: operator?.op ?? fresh.op, value }
}

/** A row that compares in another way. `actual` is the type of the field in the event, when it is known. */
export function withOperator(row: Row, next: Operator, actual: string | undefined): Row {
  const { where, valueField, ...rest } = row
  const convert = next.convert && (next.type === row.type ? row.convert : differs(next.type, actual))
  const keepsField = next.field && valueField !== undefined
  return {
    ...rest,
    type: next.type,
    op: next.op,
    convert,
    ignoreCase: next.ignoreCase && (row.ignoreCase || (next.type === 'text' && row.type !== 'text')),
    value: keepsField ? undefined : fitting(row.value, next),
    ...(keepsField ? { valueField } : next.takes === 'field' ? { valueField: '' } : {}),
    ...(next.takes === 'items' ? { where: where ?? emptyGroup() } : {}),
  }
}

/** What a person loses with such a change, in a sentence; undefined when all of it stayed. */
export function lossText(before: Row, after: Row, operators: readonly Operator[]): string | undefined {
  const [was, is] = [before, after].map((row) => operators.find((o) => o.type === row.type && o.op === row.op))
  const lost = [before.value ?? []].flat().filter((v) => v !== '')
  const wants = is !== undefined && is.takes !== 'nothing' && is.takes !== 'items' && after.valueField === undefined
  const value =
    lost.length > 0 && after.value === undefined && wants ? `“${lost.join(', ')}” does not fit and was taken out.` : ''
  const moved = before.field !== after.field && was !== undefined && is !== undefined && was.title !== is.title
  const text = [moved ? `“${was.title}” became “${is.title}”.` : '', value].filter((part) => part !== '').join(' ')
  return text === '' ? undefined : text
}

const differs = (type: Row['type'], actual: string | undefined): boolean =>
  (type === 'number' && actual === 'text') || (type === 'text' && actual === 'number')

/** What was compared with, as the operator takes it; undefined when it does not fit. */
export function fitting(value: Value, { takes, type }: Pick<Operator, 'takes' | 'type'>): Value {
  const list: readonly Scalar[] = Array.isArray(value) ? value : isScalar(value) ? [value] : []
  const asType = (v: Scalar): Scalar[] => {
    if (type === 'number') return [understandNumber(String(v))].filter((n) => n !== undefined)
    return type === 'list' ? [v] : [String(v)]
  }
  switch (takes) {
    case 'list': {
      const fit = list.flatMap(asType).filter((v) => v !== '')
      return fit.length === 0 ? undefined : fit
    }
    case 'range': {
      const [low] = list.flatMap(asType)
      const [, high] = list.flatMap(asType)
      return low === undefined ? undefined : [low, high ?? '']
    }
    case 'value':
    case 'date':
    case 'pattern':
      return list.flatMap(asType)[0]
    case 'count':
      return list.flatMap((v) => [understandNumber(String(v))].filter((n) => n !== undefined))[0]
    case 'duration':
      return list.map(String).find((v) => /^(\d+(\.\d+)?(s|m|h|d))+$/.test(v))
    case 'nothing':
    case 'items':
    case 'field':
      return undefined
  }
}

const isScalar = (value: Value): value is Scalar => value !== undefined && !Array.isArray(value)

/** Compares with another field, or with a value again. */
export function comparingWith(row: Row, valueField: string | undefined): Row {
  const { valueField: _valueField, value, ...rest } = row
  return valueField === undefined ? { ...rest, value } : { ...rest, value: undefined, valueField }
}

/** All rows and formulas, those about items included. */
export function leavesWithin(root: Group): Leaf[] {
  return root.nodes.flatMap((part) => {
    if (isGroup(part)) return leavesWithin(part)
    return part.kind === 'row' && part.where !== undefined ? [part, ...leavesWithin(part.where)] : [part]
  })
}

export const rowsOf = (root: Group): Row[] => leavesWithin(root).filter((leaf) => leaf.kind === 'row')

export const withRoot = (condition: Condition, root: Group): Condition =>
  root === condition.root ? condition : { ...condition, root }
