import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useDebouncedValue } from '@mantine/hooks'
import { answer, client, type Schemas } from '@/api/client'
import { type Against, choiceOf, keyOf } from '@/features/conditions'
import type { ChipLook } from './ChipWidget'
import type { ChipLooks } from './chipState'
import { piecesOf } from './pieces'
import { words } from './words'

export type Chip = Schemas['Chip']

const most = 200

/** What expressions show for the sample, by their source. */
export const chipsQuery = (sources: readonly string[], against: Against) =>
  queryOptions({
    queryKey: ['chips', sources, ...keyOf(against)],
    staleTime: 15_000,
    placeholderData: keepPreviousData,
    enabled: sources.length > 0,
    queryFn: async ({ signal }) => {
      const asked = sources.slice(0, most)
      const { items } = await answer(
        client.POST('/api/v1/expressions/chips', { body: { ...choiceOf(against), expressions: asked }, signal }),
      )
      return new Map(asked.map((source, i) => [source, items[i]]))
    },
  })

function sourcesOf(text: string): readonly string[] {
  const sources = piecesOf(text).pieces.flatMap((p) => (p.kind === 'expression' ? p.source : []))
  return [...new Set(sources)]
}

/** The expressions of a text and what is known of them. */
export function useChips(text: string, against: Against) {
  const [settled] = useDebouncedValue(text, 150)
  const sources = sourcesOf(settled)
  const { data } = useQuery(chipsQuery(sources, against))
  return { sources, known: data }
}

const reasons = {
  here: '',
  empty: 'empty',
  missing: 'not in this event',
  waiting: 'this step has not run yet',
  broken: '',
}

/** The words of a chip. Values are left out when nobody wants to see them. */
export function looksOf(known: ReadonlyMap<string, Chip | undefined> | undefined, values: boolean): ChipLooks {
  return (source) => {
    const chip = known?.get(source)
    const plain = words(source)
    if (source.trim() === '') return { ...nothing, name: 'Choose a field' }
    if (chip === undefined) return { ...nothing, state: 'unknown', name: plain, title: source.trim() }
    const name = chip.field === '' ? plain : chip.label
    const fault = chip.errors[0]?.message ?? ''
    const why = reasons[chip.state]
    const value = chip.state === 'missing' && chip.value !== '' ? chip.value : chip.value || why
    const told = chip.state === 'missing' || chip.state === 'waiting' ? value : values ? value : ''
    return {
      state: chip.state,
      name,
      value: told,
      title: [source.trim(), fault || why, chip.value].filter(Boolean).join('\n'),
      formula: chip.field === '' && chip.state !== 'broken',
    }
  }
}

const nothing: ChipLook = { state: 'broken', name: '', value: '', title: '', formula: false }
