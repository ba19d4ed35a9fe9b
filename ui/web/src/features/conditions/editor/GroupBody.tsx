import { SegmentedControl } from '@mantine/core'
import { type Group, isGroup, type Part } from '../tree/node'
import { AddCondition } from './AddCondition'
import { useFindings, useSurroundings } from './context'
import classes from './editor.module.css'
import { FormulaBox } from './FormulaBox'
import { Grip } from './Grip'
import { PartFrame } from './PartFrame'
import { PartMenu } from './PartMenu'
import { ReadRow } from './ReadRow'
import { RowBox } from './RowBox'

interface Props {
  group: Group
  /** The list about whose items it is. */
  items?: string | undefined
}

/** The members of a group, one below the other. */
export function GroupBody({ group, items }: Props) {
  const { drop } = useFindings()
  const end = drop?.group === group.key && drop.index === group.nodes.length
  return (
    <div className={classes.list} data-list={group.key} data-drop={end ? 'end' : undefined}>
      {group.nodes.map((part, i) => (
        <PartFrame key={part.key} part={part} name={nameOf(part, i)} group={group.key} index={i}>
          <PartView part={part} name={nameOf(part, i)} items={items} />
        </PartFrame>
      ))}
    </div>
  )
}

function nameOf(part: Part, index: number): string {
  if (isGroup(part)) return `group ${index + 1}`
  if (part.kind === 'formula') return `formula ${index + 1}`
  return `condition ${index + 1}${part.label === '' ? '' : `, ${part.label}`}`
}

function PartView({ part, name, items }: { part: Part; name: string; items: string | undefined }) {
  const { verdicts, faults } = useFindings()
  const { readOnly, rootKey } = useSurroundings()
  const verdict = verdicts.get(part.key)
  const fault = faults.get(part.key)
  if (isGroup(part)) return <GroupBox group={part} name={name} items={items} fault={fault} />
  if (part.kind === 'formula')
    return <FormulaBox formula={part} name={name} verdict={verdict} fault={fault} items={items} />
  const where = part.where === undefined ? undefined : <ItemsBox group={part.where} list={part.field} />
  if (readOnly)
    return (
      <>
        <ReadRow row={part} verdict={verdict} />
        {where}
      </>
    )
  return (
    <>
      <RowBox
        row={part}
        name={name}
        verdict={verdict}
        fault={fault}
        items={items}
        groupable={items === undefined && rootKey !== ''}
      />
      {where}
    </>
  )
}

interface BoxProps {
  group: Group
  name: string
  items: string | undefined
  fault: string | undefined
}

function GroupBox({ group, name, items, fault }: BoxProps) {
  const { readOnly } = useSurroundings()
  return (
    <div className={classes.group}>
      <div className={classes.groupHead}>
        {!readOnly && <Grip part={group.key} name={name} />}
        <GroupKind group={group} />
        {group.off === true && <span className={classes.note}>Switched off</span>}
        {!readOnly && <PartMenu part={group} name={name} groupable={false} items={items} />}
      </div>
      <div className={classes.inset}>
        <GroupBody group={group} items={items} />
        {fault !== undefined && <p className={classes.fault}>{fault}</p>}
        {!readOnly && <AddCondition group={group.key} items={items} />}
      </div>
    </div>
  )
}

/** What the items of a list must meet. */
function ItemsBox({ group, list }: { group: Group; list: string }) {
  const { readOnly } = useSurroundings()
  return (
    <div className={classes.group} data-items>
      {group.nodes.length > 1 && (
        <div className={classes.groupHead}>
          <GroupKind group={group} />
        </div>
      )}
      <div className={classes.inset}>
        <GroupBody group={group} items={list} />
        {!readOnly && <AddCondition group={group.key} items={list} />}
      </div>
    </div>
  )
}

/** The two-way switch of a group. */
export function GroupKind({ group }: { group: Group }) {
  const { actions, readOnly } = useSurroundings()
  if (readOnly) return <span className={classes.kind}>{group.kind === 'all' ? 'All of these' : 'Any of these'}</span>
  return (
    <SegmentedControl
      size="xs"
      aria-label="How many must hold"
      data={[
        { value: 'all', label: 'All of these' },
        { value: 'any', label: 'Any of these' },
      ]}
      value={group.kind}
      onChange={(kind) => actions.regroup(group.key, kind === 'any' ? 'any' : 'all')}
    />
  )
}
