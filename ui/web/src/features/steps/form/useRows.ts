import { useState } from 'react'
import { ExactNumber } from '@/api/exactJson'

export interface Row {
  readonly id: number
  readonly name: string
  readonly value: unknown
}

let lastId = 0

/** A row with an identity of its own. */
export const rowOf = (name: string, value: unknown): Row => ({ id: ++lastId, name, value })

/**
 * Rows of names and values for an object. A name that is still being typed, empty or there
 * twice, has no place in an object: such rows are kept here until they have one.
 */
export function useRows(value: unknown, onChange: (value: Record<string, unknown> | undefined) => void) {
  const object = isObject(value) ? value : {}
  const [rows, setRows] = useState<readonly Row[]>(() => rowsOf(object))
  const text = JSON.stringify(object)
  const [seen, setSeen] = useState(text)
  if (text !== seen) {
    setSeen(text)
    // It was changed from elsewhere, such as by undo.
    if (JSON.stringify(objectOf(rows)) !== text) setRows(rowsOf(object))
  }
  const put = (next: readonly Row[]) => {
    setRows(next)
    const made = objectOf(next)
    if (JSON.stringify(made) !== text) onChange(Object.keys(made).length === 0 ? undefined : made)
  }
  return { rows, put }
}

const rowsOf = (object: Readonly<Record<string, unknown>>): Row[] =>
  Object.entries(object).map(([name, value]) => rowOf(name, value))

// Of a name that stands there twice the first one counts.
function objectOf(rows: readonly Row[]): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const { name, value } of rows) if (name !== '' && !Object.hasOwn(made, name)) made[name] = value
  return made
}

export const isObject = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && !Array.isArray(v) && !(v instanceof ExactNumber)
