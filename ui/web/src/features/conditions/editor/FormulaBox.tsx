import { Button, Textarea } from '@mantine/core'
import { type FocusEvent, useState } from 'react'
import type { Schemas } from '@/api/client'
import type { Formula } from '../tree/node'
import { VerdictText } from '../VerdictText'
import { useSurroundings } from './context'
import classes from './editor.module.css'
import { FormulaText } from './FormulaText'
import { Grip } from './Grip'
import { SwitchedOff } from './Notes'
import { PartMenu } from './PartMenu'

interface Props {
  formula: Formula
  name: string
  verdict: Schemas['NodeVerdict'] | undefined
  fault: string | undefined
  /** The list about whose items it is. */
  items: string | undefined
}

/** A part that no row can show; it is edited as text, the rows around it stay. */
export function FormulaBox({ formula, name, verdict, fault, items }: Props) {
  const { readOnly, actions } = useSurroundings()
  const [open, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    actions.readAgain()
  }
  const leave = (e: FocusEvent<HTMLElement>) => {
    // Its completions stand elsewhere in the page.
    if (open && e.relatedTarget instanceof Node && !e.currentTarget.contains(e.relatedTarget)) close()
  }
  return (
    <div className={classes.formula} onBlur={leave}>
      {!readOnly && <Grip part={formula.key} name={name} />}
      <div className={classes.formulaText}>
        {open ? <Editing formula={formula} fault={fault} items={items} /> : <code>{formula.text}</code>}
        <div className={classes.formulaNote}>
          <p className={classes.note}>This part can only be edited as text.</p>
          {!readOnly && (
            <Button size="compact-xs" variant="default" onClick={() => (open ? close() : setOpen(true))}>
              {open ? 'Done' : 'Edit'}
            </Button>
          )}
        </div>
      </div>
      {!readOnly && (
        <div className={classes.menuCell}>
          <PartMenu part={formula} name={name} groupable={false} items={items} />
        </div>
      )}
      <div className={classes.verdictCell}>
        {formula.off === true && fault === undefined ? (
          <SwitchedOff />
        ) : (
          <VerdictText
            part
            verdict={verdict}
            note={fault === undefined ? undefined : { role: 'bad', word: 'Not right', text: fault }}
          />
        )}
      </div>
    </div>
  )
}

function Editing({ formula, fault, items }: Pick<Props, 'formula' | 'fault' | 'items'>) {
  const { actions, against } = useSurroundings()
  const write = (text: string) => actions.writeFormula(formula.key, text)
  // About an item, .qty stands for a field that exists in the list alone.
  if (items !== undefined)
    return (
      <Textarea
        aria-label="Formula"
        autosize
        spellCheck={false}
        classNames={{ input: 'mono' }}
        error={fault !== undefined}
        value={formula.text}
        onChange={(e) => write(e.currentTarget.value)}
      />
    )
  return <FormulaText label="Formula" expression={formula.text} onChange={write} against={against} minHeight={64} />
}
