import type { Schemas } from '@/api/client'
import { contentOf, inboxesOf, type RuleInput, type Step } from '../edit'
import { ageText, modeOf, modes } from '../cards/troubleWords'

/** One thing that differs, in words. Without before or after, it was added or removed. */
export interface Difference {
  /** "Only if", "Step 2, Send an email: Subject". */
  readonly what: string
  readonly before?: string
  readonly after?: string
}

type Action = Schemas['ActionSpec']

/** Names of actions and of their fields, as the forms show them. */
export type Words = ReadonlyMap<string, Action>

/** What differs between two states of a rule, from before to after. */
export function differences(before: RuleInput, after: RuleInput, words: Words): Difference[] {
  const [a, b] = [contentOf(before), contentOf(after)]
  return [
    ...changed('Name', a.name, b.name),
    ...changed('Inbox', inboxesOf(a).join(', '), inboxesOf(b).join(', ')),
    ...changed('When and only if', a.when, b.when),
    ...steps(a.steps ?? [], b.steps ?? [], words),
    ...changed('If it is already running', overlap(a), overlap(b)),
    ...changed('Too old to matter after', age(a), age(b)),
    ...changed('Note', a.note, b.note),
    ...changed('Owner', a.owner, b.owner),
    ...changed('Tags', a.tags?.join(', '), b.tags?.join(', ')),
  ]
}

function changed(what: string, before = '', after = ''): Difference[] {
  if (before === after) return []
  return [{ what, ...(before === '' ? {} : { before }), ...(after === '' ? {} : { after }) }]
}

function overlap({ overlap: value }: RuleInput): string {
  const words = modes.find((m) => m.value === modeOf(value))?.label ?? ''
  const key = typeof value === 'object' ? value.key : undefined
  return key ? `${words}, for the same ${key}` : words
}

const age = ({ expireAfter }: RuleInput): string => (expireAfter ? ageText(expireAfter) : 'Never')

function steps(before: readonly Step[], after: readonly Step[], words: Words): Difference[] {
  const gone = before.filter((s) => after.every((o) => o.key !== s.key))
  const kept = after.filter((s) => before.some((o) => o.key === s.key))
  const order = before.filter((s) => kept.some((o) => o.key === s.key))
  const moved = kept.some((s, i) => s.key !== order[i]?.key)
  return [
    ...gone.map((s) => ({ what: 'Step removed', before: nameOf(s, words) })),
    ...after.flatMap((step, i) => {
      const old = before.find((s) => s.key === step.key)
      return old ? inside(`Step ${i + 1}, ${nameOf(step, words)}`, old, step, words) : [added(step, i, words)]
    }),
    ...(moved ? [{ what: 'Order of the steps', before: list(order, words), after: list(kept, words) }] : []),
  ]
}

const list = (all: readonly Step[], words: Words) => all.map((s) => nameOf(s, words)).join(', ')

const added = (step: Step, place: number, words: Words): Difference => ({
  what: `Step ${place + 1} added`,
  after: nameOf(step, words),
})

const nameOf = (step: Step, words: Words): string => step.name || words.get(step.action)?.title || step.action

function inside(where: string, a: Step, b: Step, words: Words): Difference[] {
  const at = (what: string, before: string | undefined, after: string | undefined) =>
    changed(`${where}: ${what}`, before, after)
  const fields = new Set([...Object.keys(a.with ?? {}), ...Object.keys(b.with ?? {})])
  const spec = words.get(b.action)
  return [
    ...at('What happens', titleOf(a, words), titleOf(b, words)),
    ...at('Name', a.name, b.name),
    ...at('Switched on', onText(a), onText(b)),
    ...at('Connection', a.connection, b.connection),
    ...[...fields].flatMap((field) => at(labelOf(spec, field), text(a.with?.[field]), text(b.with?.[field]))),
    ...at('Only do this step if', a.if, b.if),
    ...at('Repeat for each', a.forEach, b.forEach),
    ...at('Give up after', a.timeout, b.timeout),
    ...at('If it does not work', retryText(a), retryText(b)),
    ...at('If it may have been sent', unknownText(a), unknownText(b)),
  ]
}

const titleOf = (step: Step, words: Words): string => words.get(step.action)?.title ?? step.action

const onText = ({ enabled }: Step): string => (enabled === false ? 'no' : 'yes')

const retryText = ({ retry, onError }: Step): string =>
  [
    retry === undefined ? 'as usual' : `try ${retry.attempts} times${retry.over ? ` over ${ageText(retry.over)}` : ''}`,
    ...(onError === 'continue' ? ['then go on with the next step'] : []),
  ].join(', ')

const unknownText = ({ onUnknown }: Step): string =>
  onUnknown === 'retry' ? 'send it again' : onUnknown === 'stop' ? 'stop and ask' : ''

function text(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** What the form calls a field of an action. */
function labelOf(spec: Action | undefined, field: string): string {
  const properties = spec?.schema['properties']
  if (typeof properties !== 'object' || properties === null) return field
  const found: unknown = (properties as Record<string, unknown>)[field]
  if (typeof found !== 'object' || found === null || !('title' in found)) return field
  return typeof found.title === 'string' ? found.title : field
}
