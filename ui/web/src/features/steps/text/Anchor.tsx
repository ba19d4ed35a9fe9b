import type { Ref } from 'react'
import type { Spot } from './spot'
import classes from './TextField.module.css'

interface Props {
  spot: Spot | undefined
  ref?: Ref<HTMLSpanElement>
}

/** The place in a text at which something opens. What opens gives it a role; it is no control, so that is left out. */
export function Anchor({ spot, ref }: Props) {
  return <span ref={ref} className={classes.anchor} style={{ ...spot }} />
}
