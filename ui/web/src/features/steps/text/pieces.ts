import { closing } from './closing'

/** An expression in a text: from and to stand before {{ and behind }}. */
export interface ExpressionPiece {
  readonly kind: 'expression'
  readonly from: number
  readonly to: number
  readonly source: string
}

/** Four braces that stand for two which are meant as text. */
export interface BracesPiece {
  readonly kind: 'braces'
  readonly from: number
  readonly to: number
}

export type Piece = ExpressionPiece | BracesPiece

export interface Pieces {
  readonly pieces: readonly Piece[]
  /** Places of {{ that no }} ends. The server refuses a text that has one; what stands behind it is shown nonetheless. */
  readonly open: readonly number[]
}

const mostOpen = 20 // behind so many that are not closed nothing is looked for

/** Finds the expressions of a text with fields; what lies between them is plain text. */
export function piecesOf(text: string): Pieces {
  const pieces: Piece[] = []
  const open: number[] = []
  for (let at = text.indexOf('{{'); at >= 0 && open.length < mostOpen; ) {
    let next = at + 2
    if (text.startsWith('{{{{', at)) {
      next = at + 4
      pieces.push({ kind: 'braces', from: at, to: next })
    } else {
      const end = closing(text, at + 2)
      if (end === undefined) open.push(at)
      else {
        next = end + 2
        pieces.push({ kind: 'expression', from: at, to: next, source: text.slice(at + 2, end) })
      }
    }
    at = text.indexOf('{{', next)
  }
  return { pieces, open }
}

/** A field or formula as it stands in a text. */
export const inBraces = (expression: string): string => `{{ ${expression.trim()} }}`
