import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useState, useSyncExternalStore } from 'react'
import type { Against, Edit } from './against'
import { Conversion, type Options } from './tree/conversion'
import { missingOf, operatorsQuery } from './tree/operators'
import { visualOf } from './visual'

interface Props {
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  against: Against
  /** The kind of event is shown elsewhere, not as a row. */
  kinds?: boolean
}

/** A condition as rows, kept the same as its text. */
export function useCondition({ expression, onChange, against, kinds = false }: Props) {
  const { data: operators, error, refetch } = useQuery(operatorsQuery)
  const options: Options = {
    kinds,
    convert: (input) => visualOf({ ...against.scope, ...input }),
    onChange,
    missing: (row) => missingOf(row, operators ?? []),
  }
  const [conversion] = useState(() => new Conversion(options))
  useLayoutEffect(() => conversion.serve(options))
  const ready = operators !== undefined
  useEffect(() => {
    if (ready) conversion.give(expression)
  }, [conversion, expression, ready])
  // What was typed last is not lost with the editor.
  useEffect(() => () => void conversion.flush().catch(() => undefined), [conversion])
  const snapshot = useSyncExternalStore(conversion.subscribe, conversion.current)
  return { conversion, snapshot, operators, error: error ?? snapshot.error ?? null, retry: () => void refetch() }
}
