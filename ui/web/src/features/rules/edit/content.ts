import type { Schemas } from '@/api/client'

export type Rule = Schemas['Rule']
export type RuleInput = Schemas['RuleInput']
export type Step = Schemas['Step']
export type Fault = Schemas['ProblemField']

/** What people decide about a rule, apart from whether it is on. */
const parts = ['name', 'inbox', 'inboxes', 'when', 'overlap', 'expireAfter', 'note', 'owner', 'tags', 'steps'] as const

/** The part of a rule that is edited. What is empty is left out, so that the same content is written the same way. */
export function contentOf(rule: RuleInput): RuleInput {
  const kept = parts.flatMap((part) => {
    const value = rule[part]
    return value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? [] : [[part, value]]
  })
  return { name: '', ...Object.fromEntries(kept) }
}

/** Whether two rules say the same. */
export const sameContent = (a: RuleInput, b: RuleInput): boolean => written(contentOf(a)) === written(contentOf(b))

// The order of keys says nothing, and neither does what is undefined.
function written(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** All inboxes of a rule. */
export const inboxesOf = ({ inbox, inboxes = [] }: Pick<RuleInput, 'inbox' | 'inboxes'>): string[] =>
  inbox ? [inbox, ...inboxes] : inboxes
