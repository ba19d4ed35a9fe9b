/** A piece of a message as Slack shows it. */
export type Piece =
  | { readonly kind: 'text' | 'code' | 'emoji'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  | { readonly kind: 'mention'; readonly text: string }

/** A block of lines: a paragraph, a quotation or code. Lists have no signs of their own: they are lines. */
export type Block =
  | { readonly kind: 'lines' | 'quote'; readonly lines: readonly (readonly Piece[])[] }
  | { readonly kind: 'code'; readonly text: string }

/** Reads Slack's way of writing: *bold*, _italic_, ~struck~, `code`, <links|text>, <@mentions>, and > quotations. */
export function readMessage(text: string): Block[] {
  const blocks: Block[] = []
  for (const [i, part] of text.split('```').entries()) {
    if (i % 2 === 1) blocks.push({ kind: 'code', text: plain(part.replace(/^\n/, '').replace(/\n$/, '')) })
    else if (part !== '') blocks.push(...readLines(part.replace(/^\n/, '').replace(/\n$/, '')))
  }
  return blocks
}

function readLines(text: string): Block[] {
  const blocks: { kind: 'lines' | 'quote'; lines: Piece[][] }[] = []
  for (const line of text.split('\n')) {
    const quote = /^(?:&gt;|>) ?(.*)$/.exec(line)?.[1]
    const kind = quote === undefined ? 'lines' : 'quote'
    const last = blocks.at(-1)
    const pieces = readPieces(quote ?? line)
    if (last?.kind === kind) last.lines.push(pieces)
    else blocks.push({ kind, lines: [pieces] })
  }
  return blocks
}

// A sign opens and closes only at the edge of a word, as in Slack.
const sign =
  /<([^<>\s][^<>]*)>|`([^`\n]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)((?:(?!\3).)*\S)\3(?![\p{L}\p{N}])|:([a-z0-9_+-]+):/gu

function readPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const match of text.matchAll(sign)) {
    if (match.index > at) pieces.push({ kind: 'text', text: plain(text.slice(at, match.index)) })
    pieces.push(pieceOf(match))
    at = match.index + match[0].length
  }
  if (at < text.length) pieces.push({ kind: 'text', text: plain(text.slice(at)) })
  return pieces
}

const marks = { '*': 'bold', _: 'italic', '~': 'strike' } as const

function pieceOf([all, angle, code, mark, inner, emoji]: RegExpMatchArray): Piece {
  if (code !== undefined) return { kind: 'code', text: plain(code) }
  if (mark === '*' || mark === '_' || mark === '~') return { kind: marks[mark], pieces: readPieces(inner ?? '') }
  if (emoji !== undefined) return { kind: 'emoji', text: all }
  return angleOf(angle ?? '')
}

function angleOf(inside: string): Piece {
  const [target = '', label] = inside.split(/\|(.*)/s)
  const shown = plain(label ?? '')
  if (target.startsWith('@')) return { kind: 'mention', text: `@${shown || target.slice(1)}` }
  if (target.startsWith('#')) return { kind: 'mention', text: `#${shown || target.slice(1)}` }
  if (target.startsWith('!')) return special(target.slice(1), shown)
  const url = plain(target)
  if (!/^(https?|mailto|tel|slack):/i.test(url)) return { kind: 'text', text: `<${plain(inside)}>` }
  return { kind: 'link', text: shown || url.replace(/^mailto:/, ''), url }
}

function special(name: string, shown: string): Piece {
  const [word = '', seconds = ''] = name.split('^')
  if (word === 'date') {
    const moment = new Date(Number(seconds) * 1000)
    return { kind: 'text', text: Number.isNaN(moment.getTime()) ? shown : moment.toLocaleString() }
  }
  return { kind: 'mention', text: `@${shown || word}` }
}

/** Text as it was before Slack's three signs were escaped. */
const plain = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
