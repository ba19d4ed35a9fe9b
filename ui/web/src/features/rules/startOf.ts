import type { Schemas } from '@/api/client'
import type { RuleInput } from './edit'

type Box = Pick<Schemas['Inbox'], 'name' | 'title'>
type From = Pick<Schemas['Event'], 'inbox' | 'type'>

/** What a new rule begins with: for the kind of an event, for an inbox, or for the only inbox there is. */
export function startOf(
  boxes: readonly Box[],
  inbox: string | undefined,
  event: From | undefined,
  titleOf: (kind: string) => string | undefined,
): RuleInput {
  const name = event?.inbox ?? inbox ?? (boxes.length === 1 ? boxes[0]?.name : undefined)
  const box = boxes.find((b) => b.name === name)
  if (box === undefined) return { name: 'New rule' }
  const kind = event?.type ?? ''
  if (kind === '') return { name: `New rule for ${box.title ? box.title : box.name}`, inbox: box.name }
  return { name: titleOf(kind) ?? inWords(kind), inbox: box.name, when: `event.type == ${JSON.stringify(kind)}` }
}

// "orders/create" is "Orders create".
function inWords(kind: string): string {
  const words = kind.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
  return words === '' ? kind : words.slice(0, 1).toUpperCase() + words.slice(1)
}
