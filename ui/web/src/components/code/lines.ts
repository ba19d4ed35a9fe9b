import { EditorState, type Extension, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

const breaks = /\s*(?:\r\n?|\n)\s*/g

/** Text for a field of one line: line breaks, with the space around them, become single spaces. */
export const onOneLine = (text: string): string => text.trim().replace(breaks, ' ')

/**
 * Keeps what a person writes, pastes or drops on one line. A value that came with line
 * breaks from elsewhere is shown as it is.
 */
export const singleLine: Extension = [
  Prec.high(keymap.of([{ key: 'Enter', run: () => true, shift: () => true }])),
  EditorView.clipboardInputFilter.of(onOneLine),
  EditorState.transactionFilter.of((change) => {
    if (!change.docChanged || !change.isUserEvent('input') || change.newDoc.lines <= change.startState.doc.lines) {
      return change
    }
    const joined: { from: number; to: number; insert: string }[] = []
    change.changes.iterChanges((_from, _to, from, to) => {
      for (const found of change.newDoc.sliceString(from, to).matchAll(breaks)) {
        joined.push({ from: from + found.index, to: from + found.index + found[0].length, insert: ' ' })
      }
    })
    return [change, { changes: joined, sequential: true }]
  }),
]
