import { type RefObject, useEffect, useRef } from 'react'
import { rowsOf } from '../tree/edits'
import type { Snapshot } from '../tree/conversion'
import { missingOf, type Operator } from '../tree/operators'
import { reportUnfinished, type Unfinished } from '../tree/unfinished'
import { controlOf } from './useActions'

interface Props {
  label: string
  snapshot: Snapshot
  operators: readonly Operator[]
  container: RefObject<HTMLElement | null>
}

/** Lets the page know which rows are not part of the condition, because they are unfinished or wrong. */
export function useReports({ label, snapshot: { condition, faults, broken }, operators, container }: Props): void {
  const editor = useRef({})
  useEffect(() => {
    const { current } = editor
    const show = (key: string) => () => container.current && controlOf(container.current, key, 'value')?.focus()
    const list: Unfinished[] = []
    for (const row of condition === undefined ? [] : rowsOf(condition.root)) {
      const message = faults.get(row.key) ?? missingOf(row, operators)
      if (message !== undefined)
        list.push({ label: `${label}: ${row.label || row.field}`, message, show: show(row.key) })
    }
    for (const fault of broken)
      list.push({ label, message: fault.message, show: () => container.current?.scrollIntoView() })
    reportUnfinished(current, list)
  }, [label, condition, faults, broken, operators, container])
  useEffect(() => {
    const { current } = editor
    return () => reportUnfinished(current, [])
  }, [])
}
