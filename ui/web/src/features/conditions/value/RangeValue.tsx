import type { Scalar } from '../tree/node'
import { NumberValue } from './NumberValue'
import classes from './value.module.css'

interface Props {
  value: readonly Scalar[]
  onChange: (value: readonly Scalar[]) => void
}

/** Two numbers, both of them included. */
export function RangeValue({ value, onChange }: Props) {
  const [low, high] = [String(value[0] ?? ''), String(value[1] ?? '')]
  return (
    <div className={classes.pair}>
      <NumberValue label="From" placeholder="from" control value={low} onChange={(next) => onChange([next, high])} />
      <span className={classes.and}>and</span>
      <NumberValue label="To" placeholder="to" value={high} onChange={(next) => onChange([low, next])} />
    </div>
  )
}
