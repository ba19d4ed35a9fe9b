import { ActionIcon, Button } from '@mantine/core'
import { memo } from 'react'
import type { Schemas } from '@/api/client'
import { showUndo } from '@/components/UndoToast'
import { saidText } from '../Said'
import { lossText, onField, withOperator } from '../tree/edits'
import type { Row } from '../tree/node'
import { missingOf, operatorOf } from '../tree/operators'
import { ValueField } from '../value/ValueField'
import { VerdictText } from '../VerdictText'
import { SwitchedOff } from './Notes'
import { useSurroundings } from './context'
import classes from './editor.module.css'
import { FieldButton } from './FieldButton'
import { Grip } from './Grip'
import { OperatorField } from './OperatorField'
import { PartMenu } from './PartMenu'

interface Props {
  row: Row
  name: string
  verdict: Schemas['NodeVerdict'] | undefined
  fault: string | undefined
  /** The list about whose items it is. */
  items: string | undefined
  /** Stands at the top, where a group of its own can be made of it. */
  groupable: boolean
}

/** One condition: field, operator, value, and what the sample says to it. */
export const RowBox = memo(function RowBox({ row, name, verdict, fault, items, groupable }: Props) {
  const { actions, operators, against } = useSurroundings()
  const operator = operatorOf(operators, row)
  const change = (by: (row: Row) => Row, join?: string) => actions.change(row.key, by, join)
  // What fits stays; what does not is named, and can be had back.
  const become = (by: (row: Row) => Row) => {
    change(by)
    const lost = lossText(row, by(row), operators)
    if (lost !== undefined) showUndo({ message: lost, onUndo: () => change(() => row) })
  }
  const takesValue = operator !== undefined && operator.takes !== 'nothing' && operator.takes !== 'items'
  return (
    <div className={classes.row} data-bare={!takesValue || undefined}>
      <Grip part={row.key} name={name} />
      <div className={classes.fieldCell}>
        <FieldButton
          path={row.field}
          label={row.label}
          name="Field"
          control="field"
          against={against}
          items={items}
          missing={verdict?.actual?.found === false}
          onPick={(field) => become((r) => onField(r, field, operators))}
        />
      </div>
      <div className={classes.operatorCell}>
        <OperatorField
          row={row}
          operators={operators}
          onChoose={(next) => become((r) => withOperator(r, next, verdict?.actual?.type))}
        />
      </div>
      {takesValue && (
        <div className={classes.valueCell}>
          <ValueField row={row} operator={operator} against={against} items={items} onChange={change} />
        </div>
      )}
      {operator?.ignoreCase === true && (
        <ActionIcon
          className={classes.capitals ?? ''}
          variant={row.ignoreCase ? 'light' : 'subtle'}
          color={row.ignoreCase ? 'accent' : 'gray'}
          aria-label="Ignore capitals"
          aria-pressed={row.ignoreCase}
          title={row.ignoreCase ? 'Capitals are ignored' : 'Capitals count'}
          onClick={() => change((r) => ({ ...r, ignoreCase: !r.ignoreCase }))}
        >
          Aa
        </ActionIcon>
      )}
      <div className={classes.menuCell}>
        <PartMenu part={row} name={name} groupable={groupable} items={items} />
      </div>
      <div className={classes.verdictCell}>
        <RowVerdict row={row} verdict={verdict} fault={fault} judged={items === undefined} />
      </div>
    </div>
  )
})

interface VerdictProps extends Pick<Props, 'row' | 'verdict' | 'fault'> {
  /** By itself: those about items are judged with their list. */
  judged: boolean
}

function RowVerdict({ row, verdict, fault, judged }: VerdictProps) {
  const { actions, operators } = useSurroundings()
  const missing = missingOf(row, operators)
  if (fault !== undefined || missing !== undefined) {
    const note =
      fault === undefined ? ({ role: 'draft', text: missing ?? '' } as const) : ({ role: 'bad', text: fault } as const)
    return (
      <VerdictText
        part
        verdict={undefined}
        note={{ ...note, word: fault === undefined ? 'Not finished' : 'Not right' }}
      />
    )
  }
  if (row.off === true) return <SwitchedOff />
  if (verdict === undefined) return judged ? <VerdictText part verdict={undefined} /> : null
  const { hint } = verdict
  const converts = hint?.kind === 'number' || hint?.kind === 'text'
  const help = () =>
    actions.change(row.key, (r) =>
      hint?.field === undefined ? { ...r, convert: true } : { ...r, field: hint.field, label: '' },
    )
  return (
    <VerdictText part verdict={converts ? { ...verdict, sentence: hint.sentence } : verdict}>
      {hint && (
        <Button className={classes.hint ?? ''} size="compact-xs" variant="light" onClick={help}>
          {hintText(hint)}
        </Button>
      )}
    </VerdictText>
  )
}

function hintText(hint: Schemas['ExplainHint']): string {
  switch (hint.kind) {
    case 'number':
      return 'Yes, as a number'
    case 'text':
      return 'Yes, as text'
    case 'field':
      return `Use ${hint.sentence.find((p) => p.kind === 'strong')?.text ?? saidText(hint.sentence)} instead`
  }
}
