import { type RefObject, useEffect, useRef } from 'react'
import type { Snapshot } from '../tree/conversion'
import type { Verdict } from '../useVerdict'
import { controlOf } from './useActions'

/** In links: the row to which the verdict on the event is due. */
export const deciding = 'deciding'

/** The row that a link means, by its id in verdicts; undefined as long as it is not known, and when no row said no. */
export function linkedRow(link: string | undefined, verdict: Verdict | undefined): string | undefined {
  if (link !== deciding) return link
  return verdict === undefined || verdict.match ? undefined : verdict.decides[0]
}

interface Props {
  link: string | undefined
  names: Snapshot['names']
  verdict: Verdict | undefined
  container: RefObject<HTMLElement | null>
}

/** Leads to the row that a link means, once it is on the page. */
export function useLinkedRow({ link, names, verdict, container }: Props): void {
  const left = useRef(link)
  useEffect(() => {
    const key = names.get(linkedRow(left.current, verdict) ?? '')
    if (key === undefined || container.current === null) return
    left.current = undefined
    container.current.querySelector(`[data-key="${key}"]`)?.scrollIntoView({ block: 'center' })
    controlOf(container.current, key, 'value')?.focus({ preventScroll: true })
  }, [names, verdict, container])
}
