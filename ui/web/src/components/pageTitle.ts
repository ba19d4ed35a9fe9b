import { useEffect, useSyncExternalStore } from 'react'

// The tab says "(2) Problems · Patchbay": the words come from the page, the number
// from the frame around it.
let title = ''
let problems = 0
const watchers = new Set<() => void>()

function show(): void {
  const words = title === '' ? 'Patchbay' : `${title} · Patchbay`
  document.title = problems > 0 ? `(${problems}) ${words}` : words
  for (const watcher of watchers) watcher()
}

/** Names the page in the browser's tab, and to people who hear the page. */
export function usePageTitle(text: string): void {
  useEffect(() => {
    title = text
    show()
  }, [text])
}

/** Puts the number of open problems before the title, and a dot on the icon. */
export function useTitleCount(count: number): void {
  useEffect(() => {
    problems = count
    show()
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (icon) icon.href = icon.href.replace(/icon(-problem)?\.svg$/, count > 0 ? 'icon-problem.svg' : 'icon.svg')
  }, [count])
}

/** The title of the page that is shown, without the number. */
export function useShownTitle(): string {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => title,
  )
}
