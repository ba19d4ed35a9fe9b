import type { Schemas } from '@/api/client'
import type { Formula } from '../tree/node'
import { VerdictText } from '../VerdictText'
import { useSurroundings } from './context'
import classes from './editor.module.css'
import { Grip } from './Grip'
import { PartMenu } from './PartMenu'

interface Props {
  formula: Formula
  name: string
  verdict: Schemas['NodeVerdict'] | undefined
  fault: string | undefined
}

/** A part that no row can show. */
export function FormulaBox({ formula, name, verdict, fault }: Props) {
  const { readOnly } = useSurroundings()
  return (
    <div className={classes.formula}>
      {!readOnly && <Grip part={formula.key} name={name} />}
      <div className={classes.formulaText}>
        <code>{formula.text}</code>
        <p className={classes.note}>This part can only be edited as text.</p>
      </div>
      {!readOnly && (
        <div className={classes.menuCell}>
          <PartMenu part={formula} name={name} groupable={false} />
        </div>
      )}
      <div className={classes.verdictCell}>
        <VerdictText
          part
          verdict={verdict}
          note={fault === undefined ? undefined : { role: 'bad', word: 'Not right', text: fault }}
        />
      </div>
    </div>
  )
}
