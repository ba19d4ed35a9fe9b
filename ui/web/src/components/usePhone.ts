import { useSyncExternalStore } from 'react'

/** Whether the window fits a query. One listener for all: every row asks, and they change together. */
function screenHook(media: string): () => boolean {
  const query = window.matchMedia(media)
  const listeners = new Set<() => void>()
  query.addEventListener('change', () => {
    for (const listener of listeners) listener()
  })
  const subscribe = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return () => useSyncExternalStore(subscribe, () => query.matches)
}

/** Whether choices take the whole screen. */
export const usePhone = screenHook('(max-width: 639px)')

/** Whether lists leave out what matters least, as on a tablet held upright. */
export const useNarrow = screenHook('(max-width: 899px)')
