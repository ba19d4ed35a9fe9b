import type { Schemas } from '@/api/client'
import type { Row, Value } from '../tree/node'
import { operatorOf } from '../tree/operators'
import { VerdictText } from '../VerdictText'
import { useSurroundings } from './context'
import { SwitchedOff } from './Notes'
import classes from './editor.module.css'

/** A condition for those who may look only. */
export function ReadRow({ row, verdict }: { row: Row; verdict: Schemas['NodeVerdict'] | undefined }) {
  const { operators } = useSurroundings()
  return (
    <div className={classes.readRow}>
      <p>
        <strong dir="auto" title={row.field}>
          {row.label || row.field}
        </strong>{' '}
        {operatorOf(operators, row)?.title ?? row.op} <bdi>{row.valueField ?? shown(row.value)}</bdi>
        {row.ignoreCase && <span className={classes.note}> (capitals are ignored)</span>}
      </p>
      {row.off === true ? <SwitchedOff /> : <VerdictText part verdict={verdict} />}
    </div>
  )
}

function shown(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'object') return value.map(shown).join(', ')
  return typeof value === 'string' ? `“${value}”` : String(value)
}
