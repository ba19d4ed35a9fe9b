import { type EditorState, RangeSetBuilder, StateEffect, StateField, type Text } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import { BracesWidget, type ChipLook, ChipWidget } from './ChipWidget'
import classes from './chips.module.css'
import { type ExpressionPiece, type Pieces, piecesOf } from './pieces'

/** What the chips of a text say, by the source of their expression. */
export type ChipLooks = (source: string) => ChipLook

interface Chips extends Pieces {
  readonly looks: ChipLooks
  readonly shown: DecorationSet
}

/** Gives the chips other words. */
export const showChips = StateEffect.define<ChipLooks>()

const braces = Decoration.replace({ widget: new BracesWidget() })
const unclosed = Decoration.mark({ class: classes['open'] ?? '' })

// A line is measured as a whole when it has chips: longer ones stay text, so that the page can still be used.
const longestLine = 10_000

function draw(found: Pieces, looks: ChipLooks, doc: Text): DecorationSet {
  const marks = [
    ...found.pieces
      .filter((p) => doc.lineAt(p.from).length <= longestLine)
      .map((p) => ({
        ...p,
        value: p.kind === 'braces' ? braces : Decoration.replace({ widget: new ChipWidget(looks(p.source)) }),
      })),
    ...found.open.map((from) => ({ from, to: from + 2, value: unclosed })),
  ]
  const set = new RangeSetBuilder<Decoration>()
  for (const { from, to, value } of marks.toSorted((a, b) => a.from - b.from)) set.add(from, to, value)
  return set.finish()
}

const blank: ChipLooks = (source) => ({ state: 'unknown', name: source, value: '', title: source, formula: true })

const chips = StateField.define<Chips>({
  create(state) {
    const found = piecesOf(state.doc.toString())
    return { ...found, looks: blank, shown: draw(found, blank, state.doc) }
  },
  update(before, change) {
    const effect = change.effects.findLast((e) => e.is(showChips))
    if (!change.docChanged && effect === undefined) return before
    const looks = effect === undefined ? before.looks : effect.value
    const found = change.docChanged ? piecesOf(change.newDoc.toString()) : before
    return { pieces: found.pieces, open: found.open, looks, shown: draw(found, looks, change.newDoc) }
  },
  provide: (field) => [
    EditorView.decorations.from(field, (c) => c.shown),
    EditorView.atomicRanges.of((view) => view.state.field(field).shown),
  ],
})

/** Shows {{ … }} as chips: one key deletes one, arrows jump over it, copying keeps the text. */
export const chipDisplay = chips

/** The chip that lies at a place, its ends included. */
export function chipAt(state: EditorState, at: number): ExpressionPiece | undefined {
  return state
    .field(chips)
    .pieces.find((p): p is ExpressionPiece => p.kind === 'expression' && p.from <= at && at <= p.to)
}

/** The chip that is selected, and nothing else. */
export function chipSelected(state: EditorState): ExpressionPiece | undefined {
  const { from, to } = state.selection.main
  const piece = chipAt(state, from)
  const behind = piece?.to === from ? chipAt(state, to) : piece
  return from < to && behind?.from === from && behind.to === to ? behind : undefined
}
