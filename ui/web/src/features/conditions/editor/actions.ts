import { showUndo } from '@/components/UndoToast'
import type { Edit } from '../against'
import type { Field } from '../picker/fields'
import { keepPart, keptPart } from '../tree/clipboard'
import type { Conversion } from '../tree/conversion'
import {
  changedRow,
  duplicated,
  grouped,
  inserted,
  leavesWithin,
  partOf,
  placeOf,
  regrouped,
  removed,
  replaced,
  rowOn,
  switched,
  ungrouped,
  withRoot,
} from '../tree/edits'
import { moved, movedTo } from '../tree/move'
import { emptyGroup, type Group, isGroup, type Part, type Row } from '../tree/node'
import { type Operator, operatorOf } from '../tree/operators'

/** A control of a row that can take the focus. */
export type Control = 'grip' | 'field' | 'operator' | 'value' | 'menu' | 'add'

interface Reach {
  operators: readonly Operator[]
  /** Puts the focus on a control once it is there; now: what had it does not give it back. */
  focus: (key: string, control: Control, now?: boolean) => void
  /** Tells those who do not see the page. */
  say: (text: string) => void
}

/** What people do with conditions. Each deed is one step of the undo history. */
export class Actions {
  private readonly conversion: Conversion
  private reach: Reach = { operators: [], focus: () => undefined, say: () => undefined }

  constructor(conversion: Conversion) {
    this.conversion = conversion
  }

  serve(reach: Reach): void {
    this.reach = reach
  }

  private apply(change: (root: Group) => Group, edit: Edit = {}, now = true): boolean {
    const { condition } = this.conversion.current()
    if (condition === undefined) return false
    const next = withRoot(condition, change(condition.root))
    if (next === condition) return false
    this.conversion.edit(next, edit, now)
    return true
  }

  private get root(): Group | undefined {
    return this.conversion.current().condition?.root
  }

  /** Changes a row; with `join` as part of what is being typed. */
  change(key: string, change: (row: Row) => Row, join?: string): void {
    this.apply((root) => changedRow(root, key, change), join === undefined ? {} : { join: `${key}.${join}` }, !join)
  }

  writeFormula(key: string, text: string): void {
    const join = `${key}.formula`
    this.apply((root) => replaced(root, key, (p) => (p.kind === 'formula' ? { ...p, text } : p)), { join }, false)
  }

  /** Shows as rows what was written as a formula, where rows can show it. */
  readAgain(): void {
    void this.conversion.readAgain()
  }

  add(group: string, field: Field): void {
    this.addPart(group, rowOn(field, this.reach.operators))
  }

  addPart(group: string, row: Row): void {
    this.apply((root) => inserted(root, group, [row]))
    const takes = operatorOf(this.reach.operators, row)?.takes
    this.reach.focus(row.key, takes === undefined || takes === 'nothing' ? 'operator' : 'value', true)
  }

  addGroup(): void {
    const { root } = this
    if (root === undefined) return
    const group = emptyGroup(root.kind === 'all' ? 'any' : 'all')
    this.apply((r) => inserted(r, r.key, [group]))
    this.reach.focus(group.key, 'add')
  }

  move(key: string, direction: -1 | 1): void {
    const done = this.apply((root) => moved(root, key, direction))
    const place = this.root && placeOf(this.root, key)
    if (!done || place === undefined) return
    this.reach.focus(key, 'grip')
    this.reach.say(`Moved to place ${place.index + 1} of ${place.group.nodes.length}.`)
  }

  moveTo(key: string, group: string, index: number): void {
    if (this.apply((root) => movedTo(root, key, group, index))) this.reach.focus(key, 'grip')
  }

  duplicate(key: string): void {
    let copy = key
    this.apply((root) => {
      const made = duplicated(root, key)
      copy = made.key
      return made.root
    })
    this.reach.focus(copy, 'grip')
  }

  copy(key: string): boolean {
    const part = this.root && partOf(this.root, key)
    if (part === undefined) return false
    keepPart(part)
    this.reach.say('Copied.')
    return true
  }

  cut(key: string): void {
    if (this.copy(key)) this.remove(key)
  }

  /** Puts what was copied below a node, or at the end of a group. */
  paste(at: string): void {
    const part = keptPart()
    const { root } = this
    if (part === undefined || root === undefined) return
    const place = placeOf(root, at)
    const group = place?.group.key ?? at
    const nested = group !== root.key && isGroup(part)
    const parts = nested ? part.nodes : [part]
    if (this.apply((r) => inserted(r, group, parts, place === undefined ? undefined : place.index + 1)))
      this.reach.focus(parts[0]?.key ?? at, 'grip')
  }

  switch(key: string): void {
    this.apply((root) => switched(root, key))
    this.reach.focus(key, 'menu')
  }

  putInGroup(key: string): void {
    if (this.apply((root) => grouped(root, key))) this.reach.focus(key, 'grip')
  }

  ungroup(key: string): void {
    const group = this.root && partOf(this.root, key)
    if (!this.apply((root) => ungrouped(root, key))) return
    if (group !== undefined && isGroup(group)) this.reach.focus(group.nodes[0]?.key ?? key, 'grip')
  }

  regroup(key: string, kind: Group['kind']): void {
    this.apply((root) => regrouped(root, key, kind))
  }

  /** Deletes a node; a message offers to take that back. */
  remove(key: string): void {
    const { root } = this
    const place = root && placeOf(root, key)
    const part = place?.group.nodes[place.index]
    if (root === undefined || place === undefined || part === undefined) return
    const next = place.group.nodes[place.index + 1] ?? place.group.nodes[place.index - 1]
    this.apply((r) => removed(r, key))
    if (next === undefined) this.reach.focus(root.key, 'add')
    else this.reach.focus(next.key, 'grip')
    showUndo({ message: deletedText(part), onUndo: () => this.putBack(part, place.group, place.index) })
  }

  private putBack(part: Part, group: Group, index: number): void {
    this.apply((root) => {
      const there = root.key === group.key || partOf(root, group.key) !== undefined
      if (there || group.kind === root.kind) return inserted(root, there ? group.key : root.key, [part], index)
      return inserted(root, root.key, [{ ...group, nodes: [part] }])
    })
    this.reach.focus(part.key, 'grip')
  }
}

function deletedText(part: Part): string {
  if (part.kind === 'row') return part.label === '' ? 'Condition deleted.' : `Condition on ${part.label} deleted.`
  if (part.kind === 'formula') return 'Formula deleted.'
  const count = leavesWithin(part).length
  return count === 1 ? 'Group with 1 condition deleted.' : `Group with ${count} conditions deleted.`
}
