import { useEffect, useState } from 'react'
import { beginning, type Filled } from './answers'
import type { Recipe } from './queries'

const place = (recipe: Recipe) => `patchbay.recipe.${recipe.name}`

/** What was filled in. It outlives a reload of the page, except for secrets, which are never kept. */
export function useKept(recipe: Recipe) {
  const [filled, setFilled] = useState<Filled>(() => ({ ...beginning(recipe), ...read(recipe) }))
  useEffect(() => {
    const secret = recipe.inputs.filter((i) => i.type === 'secret').map((i) => i.name)
    const values = Object.fromEntries(Object.entries(filled.values).filter(([name]) => !secret.includes(name)))
    sessionStorage.setItem(place(recipe), JSON.stringify({ ...filled, values, settled: {} }))
  }, [recipe, filled])
  return [filled, setFilled] as const
}

/** Forgets what was filled in: it is made. */
export const forget = (recipe: Recipe): void => sessionStorage.removeItem(place(recipe))

function read(recipe: Recipe): Partial<Filled> {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(place(recipe)) ?? '{}')
    return typeof kept === 'object' && kept !== null ? kept : {}
  } catch {
    return {}
  }
}
