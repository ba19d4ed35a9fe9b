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
import { allOff, isOff, offIn, switchedOff } from './off'

type WireNode = Schemas['ConditionNode']
type WireTree = Schemas['ConditionTree']

/**
 * The tree that the server read, as it is edited. With kinds the condition on the kind
 * of event stays apart; without, it is a row like the others.
 */
export function fromWire(tree: WireTree, kinds: boolean): Condition {
  const off = offIn(tree.root, 'all')
  const root = off === undefined ? groupOf(tree.root) : { ...emptyGroup(), nodes: [partOff(off, 'any')] }
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

function memberOf(node: WireNode, among: Group['kind']): Part {
  const off = offIn(node, among)
  return off === undefined ? partOf(node) : partOff(off, among === 'all' ? 'any' : 'all')
}

// Several that are switched off together are a group.
function partOff(nodes: readonly WireNode[], kind: Group['kind']): Part {
  const [only] = nodes
  if (only !== undefined && nodes.length === 1) return { ...memberOf(only, kind), off: true }
  return { ...emptyGroup(kind), nodes: nodes.map((node) => memberOf(node, kind)), off: true }
}

function partOf(node: WireNode, inItems = false): Part {
  if (node.kind === 'row') return rowOf(node)
  if (node.kind === 'formula') return { kind: 'formula', key: newKey(), text: node.text ?? '' }
  return groupOf(node, inItems)
}

function groupOf(node: WireNode, inItems = false): Group {
  const kind = node.kind === 'any' ? 'any' : 'all'
  return {
    kind,
    key: newKey(),
    ...(node.text === undefined ? {} : { text: node.text }),
    nodes: (node.nodes ?? []).map((n) => (inItems ? partOf(n, true) : memberOf(n, kind))),
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
    ...(node.where === undefined ? {} : { where: groupOf(node.where, true) }),
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
  const members = ({ nodes, kind }: Pick<Group, 'nodes' | 'kind'>, at: string, inItems: boolean): WireNode[] => {
    const out: WireNode[] = []
    for (const part of nodes) {
      const id = `${at}.${out.length}`
      if (inItems || !isOff(part)) {
        const node = wireOf(part, id, inItems)
        if (node !== undefined) out.push(node)
        continue
      }
      const node = wireOf(isGroup(part) && part.off !== true ? allOn(part) : part, `${id}.1`, inItems)
      if (node === undefined) continue
      keys.set(id, part.key)
      out.push(switchedOff(node, kind))
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
    const nodes = members(group, id, inItems)
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
  const { when, text } = condition
  // Of what is enough in itself nothing would be enough: it is switched off as one.
  const empty = condition.root.kind === 'any' && allOff(condition.root)
  const root: Group = empty ? { ...emptyGroup(), key: condition.root.key, nodes: [condition.root] } : condition.root
  keys.set('0', root.key)
  return {
    tree: {
      ...(text === '' ? {} : { text }),
      ...(when === undefined ? {} : { when }),
      root: {
        kind: root.kind,
        ...(root.text === undefined ? {} : { text: root.text }),
        nodes: members(root, '0', false),
      },
    },
    keys,
    leaves,
  }
}

// A group whose members are all switched off is itself: switched on again it is what it was.
const allOn = (group: Group): Group => ({ ...group, nodes: group.nodes.map((part) => ({ ...part, off: false })) })

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
  const walk = (node: WireNode, among: Group['kind']): WireNode[] => {
    if (node.kind === 'row' || node.kind === 'formula') return [node]
    const kind = node.kind === 'any' ? 'any' : 'all'
    return (offIn(node, among) ?? node.nodes ?? []).flatMap((member) => walk(member, kind))
  }
  return walk(tree.root, 'all')
}
