import { type ComponentType, lazy, type LazyExoticComponent } from 'react'

type Page = LazyExoticComponent<ComponentType> & { preload: () => Promise<void> }

/**
 * A page that is loaded when it is opened, or when the pointer comes near a link to
 * it: page(() => import('./RulesPage'), 'RulesPage'). The type of the component is
 * not looked at on purpose: pages name routes, and routes name pages.
 */
export function page<Module extends object>(load: () => Promise<Module>, name: keyof Module): Page {
  const component = lazy(async () => ({ default: (await load())[name] as ComponentType }))
  return Object.assign(component, {
    preload: async () => {
      await load()
    },
  })
}

/** Whether a page could not be loaded because the server has another build by now. */
export function isMissingPage(error: unknown): boolean {
  return (
    error instanceof Error && /dynamically imported module|importing a module script|preload css/i.test(error.message)
  )
}
