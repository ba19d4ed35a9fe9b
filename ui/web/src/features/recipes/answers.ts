import type { Answers, Recipe, RecipeInput } from './queries'

/** What was filled in. */
export interface Filled {
  /** By the names of the inputs. */
  values: Readonly<Record<string, string>>
  /** What exists and is used, by the names of the inputs that make it otherwise. */
  reuse: Readonly<Record<string, string>>
  /** The secret of the sender is not known yet. */
  later: boolean
  /** Other ids of rules. */
  rename: Readonly<Record<string, string>>
}

export function beginning(recipe: Recipe): Filled {
  const given = recipe.inputs.filter((i) => i.default !== undefined && i.default !== null)
  return {
    values: Object.fromEntries(given.map((i) => [i.name, String(i.default)])),
    reuse: {},
    later: false,
    rename: {},
  }
}

/** The inputs that have to be answered: what belongs to something that is reused is not asked. */
export function asked(recipe: Recipe, filled: Filled): RecipeInput[] {
  const needless = recipe.inputs.filter((i) => filled.reuse[i.name]).flatMap((i) => i.notAsked)
  return recipe.inputs.filter((i) => !needless.includes(i.name))
}

export function answersOf(recipe: Recipe, filled: Filled): Answers {
  const inputs: Record<string, string> = {}
  const reuse: string[] = []
  for (const input of asked(recipe, filled)) {
    const existing = filled.reuse[input.name]
    const value = existing || (filled.values[input.name] ?? '')
    if (existing) reuse.push(input.name)
    if (value !== '' && !(filled.later && input.canWait)) inputs[input.name] = value
  }
  const rename = Object.fromEntries(Object.entries(filled.rename).filter(([, id]) => id !== ''))
  return { inputs, reuse, rename, later: filled.later }
}

export type Part = 'choices' | 'destination' | 'sender'

/** Where a question stands: with the sender, with the destination, or among the choices. */
export function partOf(recipe: Recipe, input: RecipeInput): Part {
  const owner = input.creates ? input : recipe.inputs.find((i) => i.notAsked.includes(input.name))
  if (owner?.type === 'inbox') return 'sender'
  return owner?.type === 'connection' ? 'destination' : 'choices'
}
