import type { EditorView } from '@codemirror/view'
import type { Place } from './fieldInput'

/** Where something is, measured from the field in pixels: what opens there is put beside it. */
export interface Spot {
  left: number
  top: number
  width: number
  height: number
}

/** A part of the text and where it is on the screen. */
export interface Placed<P extends Place> {
  readonly place: P
  readonly spot: Spot
}

/** Finds out where a part of the text is and tells it. */
export function placed<P extends Place>(view: EditorView, place: P, tell: (at: Placed<P>) => void): void {
  view.requestMeasure({
    read: () => ({ place, spot: spotOf(view, place) }),
    write: tell,
  })
}

function spotOf(view: EditorView, { from, to }: Place): Spot {
  const box = view.dom.getBoundingClientRect()
  const start = view.coordsAtPos(from, 1) ?? box
  const end = view.coordsAtPos(to, -1) ?? start
  const oneRow = Math.abs(end.top - start.top) < 4 && end.right > start.left
  return {
    left: Math.max(0, Math.min(start.left - box.left, box.width - 8)),
    top: Math.max(0, Math.min(start.top - box.top, box.height)),
    width: oneRow ? end.right - start.left : 1,
    height: Math.min(start.bottom - start.top, box.height),
  }
}
