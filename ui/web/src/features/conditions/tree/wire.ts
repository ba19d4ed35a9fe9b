import type { Schemas } from '@/api/client'
import { ExactNumber } from '@/api/exactJson'
import {
  type Condition,
  emptyGroup,
  type Group,
  isGroup,
  type Leaf,
  kindField,
  newKey,
  type Part,
  type Row,
  type Value,
} from './node'

type WireNode = Schemas['ConditionNode']
type WireTree = Schemas['ConditionTree']

/**
 * The tree that the server read, as it is edited. With kinds the condition on the kind
 * of event stays apart; without, it is a row like the others.
 */
export function fromWire(tree: WireTree, kinds: boolean): Condition {
  const root = groupOf(tree.root)
  const text = tree.text ?? ''
  if (tree.when === undefined) return { text, root }
  if (kinds) return { text, root, when: tree.when }
  const row = rowOfKinds(tree.when)
  if (root.kind === 'any' && root.nodes.length > 1) return { text, root: { ...emptyGroup(), nodes: [row, root] } }
  const at = Math.min(tree.when.at ?? 0, root.nodes.length)
  return { text, root: { kind: 'all', key: root.key, nodes: root.nodes.toSpliced(at, 0, row) } }
}

function rowOfKinds({ types, text }: Schemas['ConditionWhen']): Row {
  const several = types.length !== 1
  return {
    kind: 'row',
    key: newKey(),
    ...(text === undefined ? {} : { text }),
    field: kindField,
    label: 'Kind of event',
    type: 'text',
    op: several ? 'oneOf' : 'is',
    value: several ? types : types[0],
    ignoreCase: false,
    convert: false,
  }
}

function partOf(node: WireNode): Part {
  if (node.kind === 'row') return rowOf(node)
  if (node.kind === 'formula') return { kind: 'formula', key: newKey(), text: node.text ?? '' }
  return groupOf(node)
}

function groupOf(node: WireNode): Group {
  return {
    kind: node.kind === 'any' ? 'any' : 'all',
    key: newKey(),
    ...(node.text === undefined ? {} : { text: node.text }),
    nodes: (node.nodes ?? []).map(partOf),
  }
}

function rowOf(node: WireNode): Row {
  return {
    kind: 'row',
    key: newKey(),
    ...(node.text === undefined ? {} : { text: node.text }),
    field: node.field ?? '',
    label: node.label ?? '',
    type: node.type ?? 'any',
    op: node.op ?? '',
    value: valueOf(node.value),
    ...(node.valueField === undefined || node.valueField === '' ? {} : { valueField: node.valueField }),
    ignoreCase: node.ignoreCase ?? false,
    convert: node.convert ?? false,
    ...(node.where === undefined ? {} : { where: groupOf(node.where) }),
  }
}

function valueOf(value: unknown): Value {
  if (Array.isArray(value)) return value.map(plain).filter(isScalar)
  const one = plain(value)
  return isScalar(one) ? one : undefined
}

// A number that the browser cannot hold is kept as it is written, as those that people type.
const plain = (value: unknown): unknown => (value instanceof ExactNumber ? value.source : value)

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** A tree for the server, and which of its nodes is which, by the server's names. */
export interface Sent {
  readonly tree: WireTree
  readonly keys: ReadonlyMap<string, string>
  /** Rows and formulas in the order in which they are written; without those about items of lists. */
  readonly leaves: readonly Leaf[]
}

/**
 * The tree to send. `finished` gives what is to be written of a row or formula,
 * undefined when it is not to be written yet. Groups with nothing in them are left out.
 */
export function toWire(condition: Condition, finished: (leaf: Leaf) => Leaf | undefined): Sent {
  const keys = new Map<string, string>()
  const leaves: Leaf[] = []
  const members = (parts: readonly Part[], at: string, inItems: boolean): WireNode[] => {
    const out: WireNode[] = []
    for (const part of parts) {
      const node = wireOf(part, `${at}.${out.length}`, inItems)
      if (node !== undefined) out.push(node)
    }
    return out
  }
  const wireOf = (part: Part, id: string, inItems: boolean): WireNode | undefined => {
    const place = leaves.length
    if (!inItems && !isGroup(part)) leaves.push(part)
    const node = isGroup(part) ? wireGroup(part, id, inItems) : wireLeaf(part, id)
    if (node === undefined) leaves.length = place
    else keys.set(id, part.key)
    return node
  }
  const wireGroup = (group: Group, id: string, inItems: boolean): WireNode | undefined => {
    const nodes = members(group.nodes, id, inItems)
    if (nodes.length === 0) return undefined
    return { kind: group.kind, ...(group.text === undefined ? {} : { text: group.text }), nodes }
  }
  const wireLeaf = (part: Leaf, id: string): WireNode | undefined => {
    const row = finished(part)
    if (row === undefined) return undefined
    if (row.kind === 'formula') return { kind: 'formula', text: row.text }
    const where = row.where === undefined ? undefined : wireGroup(row.where, `${id}.w`, true)
    if (row.where !== undefined && where === undefined) return undefined
    if (row.where !== undefined) keys.set(`${id}.w`, row.key)
    return wireRow(row, where)
  }
  const { root, when, text } = condition
  keys.set('0', root.key)
  return {
    tree: {
      ...(text === '' ? {} : { text }),
      ...(when === undefined ? {} : { when }),
      root: {
        kind: root.kind,
        ...(root.text === undefined ? {} : { text: root.text }),
        nodes: members(root.nodes, '0', false),
      },
    },
    keys,
    leaves,
  }
}

function wireRow(row: Row, where: WireNode | undefined): WireNode {
  return {
    kind: 'row',
    ...(row.text === undefined ? {} : { text: row.text }),
    field: row.field,
    type: row.type,
    op: row.op,
    ...(row.value === undefined ? {} : { value: row.value }),
    ...(row.valueField === undefined ? {} : { valueField: row.valueField }),
    ...(row.ignoreCase ? { ignoreCase: true } : {}),
    ...(row.convert ? { convert: true } : {}),
    ...(where === undefined ? {} : { where }),
  }
}

/** Rows and formulas of the server's tree in their order, with the names that verdicts use. */
export function leavesOf(tree: WireTree): WireNode[] {
  const walk = (node: WireNode): WireNode[] =>
    node.kind === 'row' || node.kind === 'formula' ? [node] : (node.nodes ?? []).flatMap(walk)
  return walk(tree.root)
}
