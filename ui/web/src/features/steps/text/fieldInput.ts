import { isolateHistory } from '@codemirror/commands'
import { EditorSelection, type Extension, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { chipAt, chipDisplay, chipSelected } from './chipState'
import { type ExpressionPiece, inBraces } from './pieces'

/** A part of the text, which a field is to replace. */
export interface Place {
  readonly from: number
  readonly to: number
}

export interface FieldInput {
  /** A field is to be chosen for a place. */
  onPick: (view: EditorView, place: Place) => void
  /** A chip is to be edited. */
  onChip: (view: EditorView, chip: ExpressionPiece) => void
  /** Enter makes no line, so that it can open the chip beside the caret. */
  oneLine: boolean
}

/** What a field is called while it is dragged; the data is its path. */
export const dragType = 'application/x-patchbay-field'

/** Puts text in place of another as one step of the undo history, and the caret behind it. */
export function put(view: EditorView, { from, to }: Place, text: string): void {
  view.dispatch({
    changes: { from, to, insert: text },
    selection: EditorSelection.cursor(from + text.length),
    annotations: isolateHistory.of('full'),
    userEvent: 'input.field',
    scrollIntoView: true,
  })
  // Not at once: the key that chose the field would be typed into the text.
  requestAnimationFrame(() => view.focus())
}

/** The place that was just made a wish for a field: {{, or / where a word begins. */
function wished(text: string, caret: number): Place | undefined {
  if (text.endsWith('/', caret)) {
    const before = text.slice(0, caret - 1)
    return before === '' || /\s$/.test(before) ? { from: caret - 1, to: caret } : undefined
  }
  if (!text.endsWith('{{', caret) || text.endsWith('{{{', caret)) return undefined
  return { from: caret - 2, to: caret }
}

/** Everything with which a person puts fields into a text and changes them. */
export function fieldInput({ onPick, onChip, oneLine }: FieldInput): Extension {
  const openSelected = (view: EditorView): boolean => {
    const chip = chipSelected(view.state)
    if (chip !== undefined) onChip(view, chip)
    return chip !== undefined
  }
  const openBeside = (view: EditorView): boolean => {
    const chip = chipSelected(view.state) ?? chipAt(view.state, view.state.selection.main.head)
    if (chip !== undefined) onChip(view, chip)
    return chip !== undefined
  }
  return [
    chipDisplay,
    Prec.highest(
      keymap.of([
        { key: 'Enter', run: oneLine ? openBeside : openSelected, stopPropagation: true },
        { key: 'F2', run: openBeside, stopPropagation: true },
      ]),
    ),
    EditorView.updateListener.of(({ transactions, state, view }) => {
      if (!transactions.some((t) => t.isUserEvent('input.type'))) return
      const caret = state.selection.main.head
      const line = state.doc.lineAt(caret)
      const place = wished(line.text, caret - line.from)
      if (place !== undefined) onPick(view, { from: place.from + line.from, to: place.to + line.from })
    }),
    EditorView.domEventHandlers({
      click(event, view) {
        const chip = event.target instanceof Element ? event.target.closest('[data-chip]') : null
        if (chip === null) return false
        const piece = chipAt(view.state, view.posAtDOM(chip))
        if (piece !== undefined) onChip(view, piece)
        return piece !== undefined
      },
      drop(event, view) {
        const path = event.dataTransfer?.getData(dragType) ?? ''
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY })
        if (path === '' || at === null || view.state.readOnly) return false
        event.preventDefault()
        put(view, { from: at, to: at }, inBraces(path))
        return true
      },
    }),
  ]
}
