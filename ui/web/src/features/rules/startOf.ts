import type { Schemas } from '@/api/client'
import type { RuleInput } from './edit'

type Box = Pick<Schemas['Inbox'], 'name' | 'title'>
type From = Pick<Schemas['Event'], 'inbox' | 'type'>

interface Begin {
  inbox: string | undefined
  /** What it wants of an event, beside its kind. */
  when?: string | undefined
  event: From | undefined
}

/** What a new rule begins with: for the kind of an event, for an inbox, or for the only inbox there is. */
export function startOf(
  boxes: readonly Box[],
  { inbox, when = '', event }: Begin,
  titleOf: (kind: string) => string | undefined,
): RuleInput {
  const name = event?.inbox ?? inbox ?? (boxes.length === 1 ? boxes[0]?.name : undefined)
  const box = boxes.find((b) => b.name === name)
  if (box === undefined) return { name: 'New rule' }
  const kind = event?.type ?? ''
  const wanted = [...(kind === '' ? [] : [`event.type == ${JSON.stringify(kind)}`]), ...(when === '' ? [] : [when])]
  return {
    name: kind === '' ? `New rule for ${box.title ? box.title : box.name}` : (titleOf(kind) ?? inWords(kind)),
    inbox: box.name,
    ...(wanted.length === 0 ? {} : { when: wanted.join(' and ') }),
  }
}

// "orders/create" is "Orders create".
function inWords(kind: string): string {
  const words = kind.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
  return words === '' ? kind : words.slice(0, 1).toUpperCase() + words.slice(1)
}
