import { useEffect, useEffectEvent } from 'react'
import { type PastedRequest, readCurl } from './curl'

/** Data as text that is JSON: an object or a list. */
export interface PastedData {
  readonly kind: 'data'
  readonly text: string
}

export type Pasted = PastedRequest | PastedData

const longest = 1_000_000 // characters; more than that is for a file

/** What a pasted text is: a curl command, or JSON; undefined for anything else. */
export function readPasted(text: string): Pasted | undefined {
  if (text.length > longest) return undefined
  const request = readCurl(text)
  if (request !== undefined) return request
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    JSON.parse(text)
    return { kind: 'data', text: text.trim() }
  } catch {
    return undefined
  }
}

/** Calls back with what is pasted onto the page, not into one of its fields. */
export function usePasted(enabled: boolean, onPasted: (pasted: Pasted) => void): void {
  const heard = useEffectEvent(onPasted)
  useEffect(() => {
    if (!enabled) return undefined
    const paste = (e: ClipboardEvent) => {
      if (e.defaultPrevented || isField(e.target)) return
      const pasted = readPasted(e.clipboardData?.getData('text/plain') ?? '')
      if (pasted === undefined) return
      e.preventDefault()
      heard(pasted)
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [enabled])
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"]') !== null)
