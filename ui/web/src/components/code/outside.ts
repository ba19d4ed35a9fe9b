import { Annotation, type ChangeSpec, Transaction, type TransactionSpec } from '@codemirror/state'

/** Marks a change that came from outside the field: nobody has to be told of it. */
export const fromOutside = Annotation.define<boolean>()

/** A value as the editor keeps it: with plain line breaks. */
export const normalised = (value: string): string => value.replace(/\r\n?/g, '\n')

/** The change that makes one text of another, leaving alone what they begin and end with, so that carets stay. */
export function difference(before: string, after: string): ChangeSpec | undefined {
  if (before === after) return undefined
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++
  let end = 0
  while (
    end < most - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end++
  }
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}

/** The transaction that takes over a value from outside; undefined when it is there already. */
export function takeOver(current: string, value: string): TransactionSpec | undefined {
  const changes = difference(current, normalised(value))
  return changes && { changes, annotations: [fromOutside.of(true), Transaction.addToHistory.of(false)] }
}
