import { type Condition, type Group, isGroup, type Part, type Row } from './node'

/** Gives what was read anew the keys of the nodes that it stands for, so that focus and open menus stay. */
export function adopted(next: Condition, old: Condition | undefined): Condition {
  return old === undefined ? next : { ...next, root: groupLike(next.root, old.root) }
}

function groupLike(next: Group, old: Group): Group {
  const left = [...old.nodes]
  const take = (fits: (part: Part) => boolean): Part | undefined => {
    const at = left.findIndex(fits)
    return at < 0 ? undefined : left.splice(at, 1)[0]
  }
  // First what says the same, then what is of the same kind, in order.
  const pairs = new Map<Part, Part>()
  for (const part of next.nodes) {
    const twin = take((o) => says(o) === says(part))
    if (twin !== undefined) pairs.set(part, twin)
  }
  const nodes = next.nodes.map((part) => {
    const twin = pairs.get(part) ?? take((o) => alike(o, part))
    return twin === undefined ? part : like(part, twin)
  })
  return { ...next, key: old.key, nodes }
}

function like(next: Part, old: Part): Part {
  if (isGroup(next)) return isGroup(old) ? groupLike(next, old) : next
  if (next.kind === 'formula' || old.kind !== 'row') return { ...next, key: old.key }
  const where =
    next.where === undefined ? undefined : old.where === undefined ? next.where : groupLike(next.where, old.where)
  return { ...next, key: old.key, ...(where === undefined ? {} : { where }) }
}

const alike = (a: Part, b: Part): boolean =>
  (isGroup(a) && isGroup(b)) || (a.kind === b.kind && fieldOf(a) === fieldOf(b))
const fieldOf = (part: Part): string => (part.kind === 'row' ? part.field : '')

// What a node says, whatever its key and source are.
function says(part: Part): string {
  const off = part.off === true
  if (isGroup(part)) return JSON.stringify([part.kind, part.nodes.map(says), off])
  if (part.kind === 'formula') return JSON.stringify([part.text, off])
  const { field, type, op, value, valueField, ignoreCase, convert, where } = part
  const compared = [value ?? []].flat().map(String) // numbers are kept as they were typed
  return JSON.stringify([field, type, op, compared, valueField, ignoreCase, convert, where && says(where), off])
}

/** Whether two readings have the same rows, so that only the kind of event can differ. */
export const sameRows = (a: Condition, b: Condition): boolean => says(a.root) === says(b.root)

/** Puts the names of fields in that the server has told: of rows that a person pointed at by hand. */
export function withLabels(root: Group, labels: ReadonlyMap<string, string>): Group {
  let changed = false
  const label = (part: Part): Part => {
    if (isGroup(part)) return withLabels(part, labels)
    if (part.kind === 'formula') return part
    const where = part.where === undefined ? undefined : withLabels(part.where, labels)
    const found = part.label === '' ? labels.get(part.field) : undefined
    if (where === part.where && found === undefined) return part
    const next: Row = { ...part, label: found ?? part.label, ...(where === undefined ? {} : { where }) }
    return next
  }
  const nodes = root.nodes.map((part) => {
    const next = label(part)
    changed ||= next !== part
    return next
  })
  return changed ? { ...root, nodes } : root
}
