import { useSyncExternalStore } from 'react'

/** A row that says nothing yet, and is therefore not part of its condition. */
export interface Unfinished {
  /** Of the editor: "Only if". */
  readonly label: string
  readonly message: string
  /** Puts the focus on it. */
  readonly show: () => void
}

const listeners = new Set<() => void>()
const byEditor = new Map<object, readonly Unfinished[]>()
let all: readonly Unfinished[] = []

/** Says what is unfinished in an editor; nothing when it goes. */
export function reportUnfinished(editor: object, list: readonly Unfinished[]): void {
  if (list.length === 0 && !byEditor.has(editor)) return
  if (list.length === 0) byEditor.delete(editor)
  else byEditor.set(editor, list)
  all = [...byEditor.values()].flat()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Rows of all editors on the page that say nothing yet: what is still missing before a rule is turned on. */
export const useUnfinished = (): readonly Unfinished[] => useSyncExternalStore(subscribe, () => all)
