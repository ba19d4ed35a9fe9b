import { LanguageSupport, StreamLanguage, type StringStream } from '@codemirror/language'

const words = new Set(['and', 'or', 'not', 'in', 'contains', 'startsWith', 'endsWith', 'matches', 'let', 'if', 'else'])
const atoms = new Map([
  ['true', 'bool'],
  ['false', 'bool'],
  ['nil', 'null'],
])

interface State {
  /** What ends the comment or raw text that goes over lines; '' in none. */
  until: '' | '*/' | '`'
}

function inside(stream: StringStream, state: State): string {
  const kind = state.until === '`' ? 'string' : 'comment'
  if (stream.skipTo(state.until)) {
    stream.match(state.until)
    state.until = ''
  } else stream.skipToEnd()
  return kind
}

function quoted(stream: StringStream, quote: string): string {
  for (let c = stream.next(); c !== undefined && c !== quote; c = stream.next()) if (c === '\\') stream.next()
  return 'string'
}

// Colours only: what an expression means is the server's to say.
const expression = StreamLanguage.define<State>({
  name: 'expression',
  startState: () => ({ until: '' }),
  token(stream, state) {
    if (state.until !== '') return inside(stream, state)
    if (stream.eatSpace()) return null
    if (stream.match('//')) {
      stream.skipToEnd()
      return 'comment'
    }
    if (stream.match('/*')) {
      state.until = '*/'
      return inside(stream, state)
    }
    if (stream.match(/^(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)/)) return 'number'
    const name = stream.match(/^[\p{L}_$][\p{L}\p{Nd}_$]*/u)
    if (Array.isArray(name)) {
      const word = name[0] ?? ''
      if (words.has(word)) return 'operatorKeyword'
      if (stream.match(/^\s*\(/, false)) return 'variableName.function'
      return atoms.get(word) ?? 'variableName'
    }
    const c = stream.next()
    if (c === '"' || c === "'") return quoted(stream, c)
    if (c !== '`') return null
    state.until = '`'
    return inside(stream, state)
  },
  languageData: { commentTokens: { line: '//' } },
})

/** Colours for expressions. */
export const expressionLanguage = new LanguageSupport(expression)
