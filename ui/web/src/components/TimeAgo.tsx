import { Tooltip } from '@mantine/core'
import { useRef, useState } from 'react'
import { ago, fullTime, until, useTimeText } from './time'

interface Props {
  /** RFC 3339. */
  at: string
  /** Counts down to a moment to come, such as the next try. */
  ahead?: boolean
}

/**
 * A time that keeps counting; hover and focus give it in full, with its zone. Lists
 * have many of them, so the tooltip, which costs more than a row, is made when it is wanted.
 */
export function TimeAgo({ at, ahead = false }: Props) {
  const moment = Date.parse(at)
  const words = useTimeText((now) => (ahead ? until(moment, now) : ago(moment, now)))
  const place = useRef<HTMLTimeElement>(null)
  const [wanted, setWanted] = useState(false)
  const show = () => setWanted(true)
  const hide = () => setWanted(false)
  return (
    <>
      {/* They only show what the time is in full. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <time
        ref={place}
        dateTime={at}
        tabIndex={0}
        style={{ whiteSpace: 'nowrap' }}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
      >
        {words}
      </time>
      {wanted && <Tooltip target={place} label={fullTime(moment)} opened />}
    </>
  )
}
