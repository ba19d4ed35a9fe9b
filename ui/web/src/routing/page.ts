import { createElement, type FunctionComponent, use } from 'react'

type Page = FunctionComponent & { preload: () => Promise<void> }

/**
 * A page that is loaded when it is opened, or when the pointer comes near a link to
 * it: page(() => import('./RulesPage'), 'RulesPage'). The type of the component is
 * not looked at on purpose: pages name routes, and routes name pages.
 *
 * The router loads it before it shows it, and then it is there at once. React's lazy()
 * would wait for it once more, and show what stands in its place for a third of a second.
 */
export function page<Module extends object>(load: () => Promise<Module>, name: keyof Module): Page {
  let component: FunctionComponent | undefined
  let loading: Promise<void> | undefined
  const loadIt = async () => {
    try {
      component = (await load())[name] as FunctionComponent
    } catch (error) {
      loading = undefined // the next attempt loads again
      throw error
    }
  }
  const preload = () => {
    loading ??= loadIt()
    return loading
  }
  function Loaded() {
    if (component === undefined) use(preload())
    return component === undefined ? null : createElement(component)
  }
  return Object.assign(Loaded, { preload })
}

/** Whether a page could not be loaded because the server has another build by now. */
export function isMissingPage(error: unknown): boolean {
  return (
    error instanceof Error && /dynamically imported module|importing a module script|preload css/i.test(error.message)
  )
}
