import { Tooltip } from '@mantine/core'
import { StatusIcon } from './StatusIcon'
import type { Status } from './status'
import classes from './StatusBadge.module.css'

interface Props {
  status: Status
  /** Without the tint, for lines that have many of them. */
  plain?: boolean
}

/** A state: icon of its own shape, and word. Colour only helps. */
export function StatusBadge({ status, plain = false }: Props) {
  const badge = (
    <span
      className={classes.badge}
      data-role={status.role}
      data-plain={plain || undefined}
      tabIndex={status.detail === undefined ? undefined : 0}
    >
      <StatusIcon role={status.role} />
      <span className={classes.word}>{status.word}</span>
    </span>
  )
  return status.detail === undefined ? badge : <Tooltip label={status.detail}>{badge}</Tooltip>
}
