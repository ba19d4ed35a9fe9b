import type { createSpotlight } from '@mantine/spotlight'
import { useEffect } from 'react'

type Store = ReturnType<typeof createSpotlight>[0]

/**
 * The first of what is found is chosen, so that Enter takes it, also when it was found after
 * the typing: the palette itself chooses as somebody types, from what was there until then.
 * @param found changes when something else is found
 */
export function useFirstChosen(store: Store, query: string, found: string): void {
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- looks into the document, which `found` changes
  useEffect(() => {
    const { listId, selected } = store.getState()
    const list = document.getElementById(listId)
    const chosen = list?.querySelector('[data-selected]')
    if (query === '' || (selected > 0 && chosen)) return // nothing is asked for, or somebody has moved on
    chosen?.removeAttribute('data-selected')
    list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
    store.updateState((now) => ({ ...now, selected: 0 }))
  }, [store, query, found])
}
