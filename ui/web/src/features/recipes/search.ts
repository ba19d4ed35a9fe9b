import type { Summary } from './queries'

/** The recipes in which all words of a search stand, and that have to do with an app. */
export function found(recipes: readonly Summary[], query: string, app: string): Summary[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return recipes.filter((r) => {
    const apps = [...r.from, ...r.to]
    const all = [r.name, r.title, r.sentence, ...apps, ...r.tags].join(' ').toLowerCase()
    return (app === '' || apps.includes(app)) && words.every((w) => all.includes(w))
  })
}

/** Every app once, in the order of the alphabet. */
export const appsOf = (recipes: readonly Summary[]): string[] =>
  [...new Set(recipes.flatMap((r) => [...r.from, ...r.to]))].toSorted((a, b) => a.localeCompare(b))

const efforts = ['easy', 'medium', 'advanced']

/** Those that take the least time and skill, each from another app. */
export function quickest(recipes: readonly Summary[], count: number): Summary[] {
  const easier = (a: Summary, b: Summary) =>
    efforts.indexOf(a.difficulty) - efforts.indexOf(b.difficulty) || a.minutes - b.minutes
  return recipes
    .toSorted(easier)
    .filter((r, i, all) => all.findIndex((other) => other.from[0] === r.from[0]) === i)
    .slice(0, count)
}
