import { copyOf } from './edits'
import type { Part } from './node'

// Lives as long as the tab, so that conditions can go from one rule to another.
const store = 'patchbay-condition'
const listeners = new Set<() => void>()
let kept: Part | undefined

function read(): Part | undefined {
  try {
    const text = sessionStorage.getItem(store)
    return text === null ? undefined : (JSON.parse(text) as Part) // only this file writes it
  } catch {
    return undefined
  }
}

/** Keeps a part to be pasted, in this rule or another one. */
export function keepPart(part: Part): void {
  kept = part
  try {
    sessionStorage.setItem(store, JSON.stringify(part))
  } catch {
    // then it is kept until the page is left
  }
  for (const listener of listeners) listener()
}

/** What was copied or cut last, under keys of its own. */
export function keptPart(): Part | undefined {
  kept ??= read()
  return kept === undefined ? undefined : copyOf(kept)
}

export const hasPart = (): boolean => (kept ??= read()) !== undefined

export function watchClipboard(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
