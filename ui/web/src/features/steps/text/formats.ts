import type { Schemas } from '@/api/client'
import type { Chip } from './useChips'

type Type = Chip['type']
type FunctionInfo = Schemas['FunctionInfo']

/** A field with what is done to it before it stands in a text. */
export interface Parts {
  readonly field: string
  /** '' when it stands as it is. */
  readonly function: string
  /** What the function takes behind the field. */
  readonly args: readonly unknown[]
  /** What is written when there is no value. */
  readonly default: string | undefined
}

/** One way to write a field. */
export interface Format extends Pick<Parts, 'function' | 'args'> {
  readonly title: string
}

export const asItIs: Format = { title: 'As it is', function: '', args: [] }

const dates: readonly Format[] = [
  { title: '1 Mar 2026', function: 'formatDate', args: ['D MMM YYYY'] },
  { title: '1 Mar 2026, 13:30', function: 'formatDate', args: ['D MMM YYYY, HH:mm'] },
  { title: '2026-03-01', function: 'formatDate', args: ['YYYY-MM-DD'] },
  { title: '13:30', function: 'formatDate', args: ['HH:mm'] },
]
const letters: readonly Format[] = [
  { title: 'Capital letters', function: 'upper', args: [] },
  { title: 'Small letters', function: 'lower', args: [] },
  { title: 'At most 100 characters', function: 'truncate', args: [100] },
]
const numbers: readonly Format[] = [{ title: 'Whole number', function: 'round', args: [] }]

const common: Readonly<Record<Type, readonly Format[]>> = {
  text: letters,
  number: numbers,
  date: dates,
  boolean: [],
  list: [
    { title: 'With commas between', function: 'join', args: [', '] },
    { title: 'How many', function: 'len', args: [] },
    { title: 'JSON', function: 'toJSON', args: [] },
  ],
  object: [{ title: 'JSON', function: 'toJSON', args: [] }],
  any: [...letters, ...dates],
}

const groups: Readonly<Record<Type, readonly string[]>> = {
  text: ['text', 'encoding'],
  number: ['numbers'],
  date: [],
  boolean: [],
  list: ['lists'],
  object: ['objects'],
  any: [],
}

/** Formats for a type: those that most people want, and functions that take nothing but the field. */
export function formatsFor(type: Type, functions: ReadonlyMap<string, FunctionInfo> | undefined) {
  const first = [asItIs, ...common[type]]
  const more = [...(functions?.values() ?? [])].filter(
    (f) =>
      groups[type].includes(f.group) &&
      /^\w+\(\w+\)$/.test(f.signature) &&
      !first.some((format) => format.function === f.name),
  )
  return {
    first,
    more: more.map((f): Format => ({ title: `${f.name}: ${f.help.replace(/\.$/, '')}`, function: f.name, args: [] })),
  }
}

/** Stands for a format among others. */
export const formatKey = ({ function: name, args }: Pick<Format, 'function' | 'args'>): string =>
  JSON.stringify([name, ...args])

/** Writes a field as the server reads it. */
export function compose({ field, function: name, args, default: fallback }: Parts): string {
  const call = name === '' ? field : `${name}(${[field, ...args.map((a) => JSON.stringify(a))].join(', ')})`
  return fallback === undefined ? call : `${call} ?? ${JSON.stringify(fallback)}`
}

/** What a chip is made of; undefined for a formula. */
export function partsOf(chip: Chip | undefined): Parts | undefined {
  if (chip === undefined || chip.field === '') return undefined
  return { field: chip.field, function: chip.function, args: chip.args, default: chip.default }
}
