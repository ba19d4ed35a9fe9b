import type { Schemas } from '@/api/client'

type Field = Pick<Schemas['FieldInfo'], 'path' | 'label' | 'type' | 'sample' | 'numeric'>

const titles = ['name', 'title', 'subject', 'number', 'order_number', 'reference', 'email']
const amounts = ['total_price', 'amount_total', 'total', 'amount', 'grand_total', 'price']
const verbs: Readonly<Record<string, (noun: string) => string>> = {
  create: (n) => `New ${n}`,
  created: (n) => `New ${n}`,
  opened: (n) => `New ${n}`,
  new: (n) => `New ${n}`,
  submitted: (n) => `New ${n}`,
  update: (n) => `${n} changed`,
  updated: (n) => `${n} changed`,
  edited: (n) => `${n} changed`,
  delete: (n) => `${n} deleted`,
  deleted: (n) => `${n} deleted`,
  paid: (n) => `${n} paid`,
  completed: (n) => `${n} completed`,
}

/** What a new step of an action says at first, made from the fields of the sample. */
export function firstContent(action: string, fields: readonly Field[]): Record<string, unknown> {
  const { head, rest } = line(fields)
  const text = [head, rest].filter(Boolean).join(' ')
  switch (action) {
    case 'note':
      return { text }
    case 'slack':
      return { text: [`*${head}*`, rest].filter(Boolean).join(' ') }
    case 'email':
      return { subject: text, text: details(fields) || text }
    case 'http':
      return { method: 'POST', json: '{{ payload }}' }
    case 'delay':
      return { for: '10m' }
    default:
      return {}
  }
}

/** "New order", and "[Name]: [Total price] [Currency]" after it. */
function line(fields: readonly Field[]): { head: string; rest: string } {
  const plain = fields.filter(isPlain)
  const { noun, verb } = kindOf(fields)
  const title = best(plain, titles, noun)
  const amount = best(plain, amounts, noun)
  const action = verb === undefined ? plain.find((f) => f.path === 'payload.action') : undefined
  const news = noun === '' ? 'New event' : (verb?.(noun) ?? (action === undefined ? `New ${noun}` : noun))
  const head = [capital(news), action === undefined ? '' : put(action)].filter(Boolean).join(' ')
  const currency = amount && best(plain, ['currency'], noun)
  const sum = [amount, currency].map((f) => (f === undefined ? '' : put(f))).filter(Boolean)
  const parts = [title === undefined ? '' : put(title), sum.join(' ')].filter(Boolean)
  if (parts.length > 0) return { head, rest: parts.join(': ') }
  const first = plain.slice(0, 3).map((f) => `${f.label}: ${put(f)}`)
  return first.length === 0 ? { head, rest: '' } : { head: `${head}:`, rest: first.join(', ') }
}

/** The fields at the top of the data, one a line. */
function details(fields: readonly Field[]): string {
  return fields
    .filter((f) => isPlain(f) && depth(f) === 2 && !/(^|[._])id$/.test(f.path) && f.sample !== '""')
    .slice(0, 10)
    .map((f) => `${f.label}: ${put(f)}`)
    .join('\n')
}

// "orders/create" is about an order that was created, "checkout.session.completed" about a session.
function kindOf(fields: readonly Field[]) {
  const type = fields.find((f) => f.path === 'event.type')?.sample ?? ''
  const words = type
    .replaceAll('"', '')
    .toLowerCase()
    .split(/[/.:_-]+/)
    .filter(Boolean)
  const verb = words.length > 1 ? verbs[words.at(-1) ?? ''] : undefined
  const nouns = verb === undefined ? words.slice(0, 2) : words.slice(0, -1)
  return { verb, noun: nouns.map(singular).join(' ') }
}

function best(fields: readonly Field[], names: readonly string[], noun: string): Field | undefined {
  const rank = (f: Field) => {
    const [last = '', parent = ''] = f.path.split('.').toReversed()
    const about = parent === noun.replaceAll(' ', '_') ? 0 : depth(f) === 2 ? 1 : 2
    return about * 100 + names.indexOf(last)
  }
  const found = fields.filter((f) => names.includes(f.path.split('.').at(-1) ?? '') && depth(f) <= 3)
  return found.toSorted((a, b) => rank(a) - rank(b))[0]
}

const isPlain = (f: Field): boolean =>
  f.path.startsWith('payload.') && !f.path.includes('[') && ['text', 'number', 'boolean', 'date'].includes(f.type)

const depth = (f: Field): number => f.path.split('.').length

const put = (f: Field): string => `{{ ${f.path} }}`

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)

const singular = (word: string): string =>
  word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
