import { useEffect, useState, useSyncExternalStore } from 'react'

// Panels and dialogs that are open, the last one on top. All of them hear the Escape
// key; only the one on top may close.
let layers: readonly symbol[] = []
const watchers = new Set<() => void>()

function change(next: readonly symbol[]): void {
  layers = next
  for (const watcher of watchers) watcher()
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Whether what is opened lies on top, and so is what the Escape key closes. */
export function useIsOnTop(opened: boolean): boolean {
  const [self] = useState(() => Symbol('layer'))
  useEffect(() => {
    if (!opened) return
    change([...layers, self])
    return () => {
      // The key that closed it is still on its way to the others.
      setTimeout(() => change(layers.filter((layer) => layer !== self)))
    }
  }, [opened, self])
  return useSyncExternalStore(watch, () => layers.at(-1) === self)
}
