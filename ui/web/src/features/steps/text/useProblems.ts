import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import type { Against } from '@/features/conditions'
import { piecesOf } from './pieces'
import type { Chip } from './useChips'
import { words } from './words'

const longest = 4200 // more of an expression is never read

/** What the server says of a text in which braces are not closed. */
function useOpenBraces(text: string, against: Against): readonly string[] {
  const [settled] = useDebouncedValue(text, 600)
  const at = piecesOf(settled).open[0]
  const part = at === undefined ? '' : settled.slice(at, at + longest)
  const { data } = useQuery({
    queryKey: ['chips', 'open', part, against.scope],
    enabled: part !== '',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      answer(
        client.POST('/api/v1/expressions/check', {
          body: { ...against.scope, expression: part, template: true },
          signal,
        }),
      ),
  })
  return part === '' || settled !== text ? [] : (data?.errors.map((e) => e.message) ?? [])
}

interface About {
  /** Empty while a field is being chosen: what is unfinished is no fault yet. */
  text: string
  against: Against
  sources: readonly string[]
  known: ReadonlyMap<string, Chip | undefined> | undefined
  error: string
  faults: readonly Schemas['ProblemField'][]
}

/** All that is wrong with a text, in words, each once. */
export function useProblems({ text, against, sources, known, error, faults }: About): readonly string[] {
  const open = useOpenBraces(text, against)
  const broken = sources.flatMap((source) => {
    const message = known?.get(source)?.errors[0]?.message
    return message === undefined ? [] : { name: words(source), message }
  })
  const own = [error, ...faults.map((f) => f.message)].filter((m) => m !== '')
  const told = broken.map(({ name, message }) => (broken.length > 1 ? `${name}: ${message}` : message))
  const repeated = new Set([...broken.map((b) => b.message), ...open])
  return [...new Set([...own.filter((m) => !repeated.has(m)), ...told, ...open])]
}
