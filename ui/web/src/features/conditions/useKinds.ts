import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Against, Edit } from './against'
import { type Converting, endsConverting, othersSettled, startsConverting } from './tree/settled'
import { visualOf } from './visual'

interface Props {
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  against: Against
}

/** The kinds of event in an expression. A choice goes into the text as it is by then, with what rows have put there. */
export function useKinds({ expression, onChange, against: { scope } }: Props) {
  const { data, error: unread } = useQuery({
    queryKey: ['kinds', expression, scope],
    staleTime: Number.POSITIVE_INFINITY,
    enabled: expression.trim() !== '',
    placeholderData: (last) => last,
    queryFn: async () => (await visualOf({ ...scope, expression })).tree ?? null,
  })
  const latest = useRef({ expression, onChange, scope })
  useLayoutEffect(() => {
    latest.current = { expression, onChange, scope }
  })
  const [chosen, setChosen] = useState<{ kinds: readonly string[]; from: string }>()
  const [error, setError] = useState<Error | null>(null)
  const turn = useRef(0)
  useEffect(() => () => void ++turn.current, [])

  const write = async (types: string[], self: Converting) => {
    const mine = ++turn.current
    try {
      await othersSettled(self)
      await new Promise((drawn) => setTimeout(drawn)) // the page hands the settled text down
      const { expression: text, scope: around, onChange: tell } = latest.current
      const { tree } = text.trim() === '' ? { tree: undefined } : await visualOf({ ...around, expression: text })
      const { when, ...rest } = tree ?? { root: { kind: 'all' as const } }
      const next = types.length === 0 ? rest : { ...rest, when: { at: 0, ...when, types } }
      const made = await visualOf({ ...around, tree: next })
      if (mine !== turn.current) return
      const [fault] = made.errors
      if (fault !== undefined) throw new Error(fault.message)
      setError(null)
      tell(made.expression)
    } catch (e) {
      if (mine !== turn.current) return
      setChosen(undefined)
      setError(e instanceof Error ? e : new Error(String(e)))
    }
  }

  const choose = (kinds: string[]) => {
    setChosen({ kinds, from: expression })
    // Whoever waits for conditions to settle waits for this, too.
    let writing = Promise.resolve()
    const self: Converting = { flush: () => writing }
    startsConverting(self)
    writing = write(kinds, self).finally(() => endsConverting(self))
    void writing
  }

  const read = expression.trim() === '' ? [] : (data?.when?.types ?? [])
  return {
    kinds: chosen !== undefined && chosen.from === expression ? chosen.kinds : read,
    choose,
    // A text that cannot be read has to be mended first.
    ready: expression.trim() === '' || (data !== undefined && data !== null),
    error: error ?? unread,
  }
}
