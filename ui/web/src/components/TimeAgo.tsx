import { Tooltip } from '@mantine/core'
import { ago, fullTime, until, useTimeText } from './time'

interface Props {
  /** RFC 3339. */
  at: string
  /** Counts down to a moment to come, such as the next try. */
  ahead?: boolean
}

/** A time that keeps counting; hover and focus give it in full, with its zone. */
export function TimeAgo({ at, ahead = false }: Props) {
  const moment = Date.parse(at)
  const words = useTimeText((now) => (ahead ? until(moment, now) : ago(moment, now)))
  return (
    <Tooltip label={fullTime(moment)}>
      <time dateTime={at} tabIndex={0} style={{ whiteSpace: 'nowrap' }}>
        {words}
      </time>
    </Tooltip>
  )
}
