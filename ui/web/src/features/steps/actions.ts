import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import type { Category } from '@/components/ProviderTile'

export type ActionSpec = Schemas['ActionSpec']

/** The actions that this Patchbay knows; they change only with the program. */
export const actionsQuery = queryOptions({
  queryKey: ['actions'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await answer(client.GET('/api/v1/actions', { signal }))).items,
})

interface Entry {
  /** Whose tile stands beside it. */
  readonly tile: string
  readonly category?: Category
  /** What else people call it. */
  readonly also: string
}

interface Section {
  readonly title: string
  readonly entries: Readonly<Record<string, Entry>>
}

// Which action stands where in the menu; what the program does not know is left out.
const sections: readonly Section[] = [
  {
    title: 'Tell somebody',
    entries: {
      note: { tile: 'Note', category: 'bell', also: 'notification message log show tell' },
      slack: { tile: 'Slack', category: 'chat', also: 'chat message channel notify post' },
      email: { tile: 'Email', category: 'mail', also: 'mail smtp message notify gmail outlook' },
    },
  },
  {
    title: 'Do something',
    entries: {
      http: {
        tile: 'Web',
        category: 'code',
        also: 'webhook http request post put get api json call url endpoint rest',
      },
      shell: { tile: 'Program', category: 'code', also: 'shell command script bash exec process' },
      respond: { tile: 'Answer', category: 'code', also: 'respond response reply webhook status json sender' },
    },
  },
  {
    title: 'Decide what comes next',
    entries: {
      delay: { tile: 'Wait', category: 'calendar', also: 'delay sleep pause later timer cron schedule' },
      filter: { tile: 'Stop', also: 'filter condition only if stop unless end' },
    },
  },
]

export const entryOf = (type: string): Entry =>
  sections.flatMap((s) => Object.entries(s.entries)).find(([name]) => name === type)?.[1] ?? { tile: type, also: '' }

export interface MenuSection {
  readonly title: string
  readonly actions: readonly ActionSpec[]
}

// Only after a first step it can look at an answer; before it the rule's own condition does the same.
const needsStepBefore = new Set(['filter'])

/** The menu of actions at a place: those that fit what was typed. */
export function menuSections(specs: readonly ActionSpec[], typed: string, at: number): MenuSection[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const fits = (spec: ActionSpec) => {
    if (at === 0 && needsStepBefore.has(spec.type)) return false
    const text = `${spec.title} ${spec.summary} ${spec.type} ${entryOf(spec.type).also}`.toLowerCase()
    return words.every((word) => text.includes(word))
  }
  const known = new Set(sections.flatMap((s) => Object.keys(s.entries)))
  const listed = sections.map(({ title, entries }) => ({
    title,
    actions: Object.keys(entries).flatMap((type) => specs.filter((s) => s.type === type && fits(s))),
  }))
  const others = { title: 'More', actions: specs.filter((s) => !known.has(s.type) && fits(s)) }
  return [...listed, others].filter((s) => s.actions.length > 0)
}
