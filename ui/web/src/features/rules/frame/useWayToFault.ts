import { useRef, useState } from 'react'
import type { Fault, RuleInput } from '../edit'
import { focusField, stepOf } from './faultPlace'

export interface WayToFault {
  /** The key of the step that is open. */
  readonly current: string | undefined
  readonly setCurrent: (key: string | undefined) => void
  readonly go: (fault: Fault) => void
}

/** Which step is open, and the way from a fault to its field, whose card may have to be opened first. */
export function useWayToFault(rule: RuleInput, first: string | undefined): WayToFault {
  const [current, setCurrent] = useState(first)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const go = (fault: Fault) => {
    const place = stepOf(fault)
    const key = place === undefined ? undefined : rule.steps?.[place]?.key
    if (key !== undefined) setCurrent(key)
    const look = (tries: number) => {
      clearTimeout(timer.current)
      if (!focusField(fault.location ?? '') && tries > 0) timer.current = setTimeout(() => look(tries - 1), 50)
    }
    look(40)
  }
  return { current, setCurrent, go }
}
