import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { piecesOf } from './pieces'

interface Case {
  name: string
  text: string
  pieces?: { text: string; expression?: boolean }[]
}

// The server's own test reads the same cases.
const cases = JSON.parse(readFileSync('../../engine/rules/testdata/pieces.json', 'utf8')) as Case[]

const readable = cases.filter((c) => c.pieces !== undefined)
const broken = cases.filter((c) => c.pieces === undefined)

it.each(readable)('reads as the server does: $name', ({ text, pieces = [] }) => {
  expect(piecesOf(text).open).toEqual([])
  expect(joined(text)).toEqual(pieces.map((p) => ({ text: p.text, expression: p.expression ?? false })))
})

it.each(broken)('refuses what the server refuses: $name', ({ text }) => {
  expect(piecesOf(text).open).not.toEqual([])
})

function joined(text: string): { text: string; expression: boolean }[] {
  const out: { text: string; expression: boolean }[] = []
  let literal = ''
  let at = 0
  const flush = () => {
    if (literal !== '') out.push({ text: literal, expression: false })
    literal = ''
  }
  for (const piece of piecesOf(text).pieces) {
    literal += text.slice(at, piece.from)
    at = piece.to
    if (piece.kind === 'braces') literal += '{{'
    else {
      flush()
      out.push({ text: piece.source, expression: true })
    }
  }
  literal += text.slice(at)
  flush()
  return out
}

it('goes on behind braces that are not closed', () => {
  const { pieces, open } = piecesOf('a {{ b {{ payload.x }} c')
  expect(open).toEqual([2])
  expect(pieces).toEqual([{ kind: 'expression', from: 7, to: 22, source: ' payload.x ' }])
})

it('reads long texts at once', () => {
  const text = 'Order {{ payload.name }} {{{{ ü🙂 '.repeat(5000)
  const before = performance.now()
  expect(piecesOf(text).pieces).toHaveLength(10_000)
  expect(piecesOf('{{ "'.repeat(20_000)).open.length).toBeGreaterThan(0)
  expect(performance.now() - before).toBeLessThan(2000)
})
