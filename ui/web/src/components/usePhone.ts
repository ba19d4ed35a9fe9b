import { useSyncExternalStore } from 'react'

// One listener for all: every row asks, and they change together.
const query = window.matchMedia('(max-width: 639px)')
const listeners = new Set<() => void>()
query.addEventListener('change', () => {
  for (const listener of listeners) listener()
})

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Whether choices take the whole screen. */
export const usePhone = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
