import { inserted, partOf, placeOf, removed, withMembers } from './edits'
import { type Group, isGroup, type Part } from './node'

/**
 * Moves a node one place up or down, as people read it: past a row, into a group that
 * comes next and out of the one that it stands in. Groups stay where rows can follow:
 * they go past groups. Conditions about items stay with their list. The same root comes
 * back when there is no way.
 */
export function moved(root: Group, key: string, direction: -1 | 1): Group {
  const place = placeOf(root, key)
  const part = place?.group.nodes[place.index]
  if (place === undefined || part === undefined) return root
  const { group, index, around } = place
  const neighbour = group.nodes[index + direction]
  if (neighbour === undefined) {
    const [parent] = around
    if (parent === undefined) return root
    const at = parent.nodes.indexOf(group)
    return relocated(root, part, parent.key, direction === 1 ? at + 1 : at)
  }
  if (isGroup(neighbour) && mayEnter(part)) {
    return relocated(root, part, neighbour.key, direction === 1 ? 0 : neighbour.nodes.length)
  }
  return withMembers(root, group.key, (nodes) => nodes.toSpliced(index, 1).toSpliced(index + direction, 0, part))
}

// One level of groups is what people can follow; what comes deeper from a file stays so.
const mayEnter = (part: Part): boolean => !isGroup(part)

// Takes the node out and puts it at a place of a group, counted before it was taken out.
function relocated(root: Group, part: Part, group: string, index: number): Group {
  const from = placeOf(root, part.key)
  const shifts = from?.group.key === group && from.index < index
  const without = withMembers(root, from?.group.key ?? '', (nodes) => nodes.filter((n) => n.key !== part.key))
  const placed = inserted(without, group, [part], shifts ? index - 1 : index)
  // A group that lost its last member is of no use.
  return from !== undefined && from.group.nodes.length === 1 && from.around.length > 0
    ? removed(placed, from.group.key)
    : placed
}

/** Whether a node may stand in a group: not in itself, groups only at the top, conditions about items only with their list. */
export function mayStandIn(root: Group, key: string, group: string): boolean {
  const place = placeOf(root, key)
  const part = partOf(root, key)
  if (place === undefined || part === undefined) return false
  if (place.group.key === group) return true
  const family = (at: { group: Group; around: readonly Group[] }) => at.around.at(-1)?.key ?? at.group.key
  const target = group === root.key ? root : partOf(root, group)
  if (target === undefined || !isGroup(target)) return false
  const targetPlace = placeOf(root, group)
  const targetFamily = targetPlace === undefined ? root.key : family(targetPlace)
  if (targetFamily !== family(place)) return false
  return !isGroup(part) || targetPlace === undefined
}

/** Moves a node to a place of a group, counted as the members stand now. */
export function movedTo(root: Group, key: string, group: string, index: number): Group {
  const part = partOf(root, key)
  if (part === undefined || !mayStandIn(root, key, group)) return root
  const place = placeOf(root, key)
  if (place?.group.key === group && (place.index === index || place.index + 1 === index)) return root
  return relocated(root, part, group, index)
}
