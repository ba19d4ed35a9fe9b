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
  /** The secret part of the address, which the sender may have before anything is made. */
  key: string
  /** New connections that were tried, or knowingly not, by the names of their inputs. */
  settled: Readonly<Record<string, 'works' | 'skipped'>>
}

export function beginning(recipe: Recipe): Filled {
  const given = recipe.inputs.filter((i) => i.default !== undefined && i.default !== null)
  return {
    values: Object.fromEntries(given.map((i) => [i.name, String(i.default)])),
    reuse: {},
    later: false,
    rename: {},
    key: newKey(),
    settled: {},
  }
}

/** As the server makes the secret part of an address: 24 bytes by chance. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}

/** The input that names the inbox which is made. */
export const inboxInput = (recipe: Recipe): RecipeInput | undefined =>
  recipe.inputs.find((i) => i.type === 'inbox' && i.creates)

/** The inputs that name connections which are made. */
export const connectionInputs = (recipe: Recipe): RecipeInput[] =>
  recipe.inputs.filter((i) => i.type === 'connection' && i.creates)

/** Where the sender will send to; it stands before anything is made. */
export function addressAhead(recipe: Recipe, filled: Filled, base: string): string {
  const input = inboxInput(recipe)
  const name = input === undefined ? '' : (filled.values[input.name] ?? '')
  return `${recipe.publicUrl || base}/in/${name}${recipe.keyed ? `/${filled.key}` : ''}`
}

/** "slack", or "slack-2" where there is one already. */
export function freeName(name: string, taken: readonly string[]): string {
  for (let n = 1; ; n++) {
    const next = n === 1 ? name : `${name}-${n}`
    if (!taken.includes(next)) return next
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
  const inbox = inboxInput(recipe)
  const keyed = recipe.keyed && inbox !== undefined && !filled.reuse[inbox.name]
  return { inputs, reuse, rename, later: filled.later, ...(keyed ? { key: filled.key } : {}) }
}

export type Part = 'choices' | 'destination' | 'sender'

/** Where a question stands: with the sender, with the destination, or among the choices. */
export function partOf(recipe: Recipe, input: RecipeInput): Part {
  const owner = input.creates ? input : recipe.inputs.find((i) => i.notAsked.includes(input.name))
  if (owner?.type === 'inbox') return 'sender'
  return owner?.type === 'connection' ? 'destination' : 'choices'
}
