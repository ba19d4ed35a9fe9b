import type { EditorView } from '@codemirror/view'
import { useMemo, useState } from 'react'
import { fieldInput, type Place, put } from './fieldInput'
import { type ExpressionPiece, inBraces } from './pieces'
import { type Placed, placed } from './spot'

/** A wish for a field with what was typed behind it before the search took the keys. */
function withTyped(view: EditorView, { from, to }: Place): Place {
  const { state } = view
  const caret = state.selection.main.head
  const typed = from < to && caret > to && caret - to < 40 && state.doc.lineAt(from).to >= caret
  return { from, to: typed ? caret : to }
}

/** Where a field is being chosen in a text, or a chip edited. */
export function useFieldPlaces(view: EditorView | undefined, oneLine: boolean) {
  const [picking, setPicking] = useState<Placed<Place>>()
  const [editing, setEditing] = useState<Placed<ExpressionPiece>>()
  const extensions = useMemo(
    () =>
      fieldInput({
        onPick: (at, place) => placed(at, place, setPicking),
        onChip: (at, piece) => placed(at, piece, setEditing),
        oneLine,
      }),
    [oneLine],
  )
  const replace = (text: string) => {
    const piece = editing?.place
    // It may have changed meanwhile, as by undoing.
    if (view && piece && view.state.sliceDoc(piece.from, piece.to).includes(piece.source)) put(view, piece, text)
    setEditing(undefined)
  }
  return {
    extensions,
    picking,
    editing,
    close: () => {
      setPicking(undefined)
      setEditing(undefined)
      requestAnimationFrame(() => view?.focus())
    },
    add: () => {
      if (view) placed(view, view.state.selection.main, setPicking)
    },
    pick: (path: string) => {
      if (view && picking) put(view, withTyped(view, picking.place), inBraces(path))
      setPicking(undefined)
    },
    change: (expression: string) => {
      if (editing?.place.source.trim() === expression.trim()) {
        setEditing(undefined)
        requestAnimationFrame(() => view?.focus())
      } else replace(inBraces(expression))
    },
    remove: () => replace(''),
  }
}
