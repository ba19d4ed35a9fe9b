// Where an expression ends is decided as the server decides it: by the tokens of its
// expression language (expr's lexer), so that }} in a text or at the end of an object
// ends nothing. Nothing else of the language is known here. Both sides are tested on
// engine/rules/testdata/pieces.json.

const longest = 4096 + 2 // bytes of one expression, with its braces

const space = /\p{White_Space}/u
const digit = /^[0-9]$/
const wordPart = /[\p{L}\p{Nd}_$]/u
const escapedHex: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** A text that the server's lexer refuses. */
class Unreadable extends Error {}

/** Reads tokens of the expression that begins at a place in a text. */
class Reader {
  private readonly text: string
  private readonly from: number
  private end: number
  private counted = false
  at: number

  constructor(text: string, from: number) {
    this.text = text
    this.from = from
    this.at = from
    this.end = Math.min(text.length, from + Math.floor(longest / 3)) // no letter takes more bytes
  }

  // Bytes are counted for the few expressions that are long: a text may hold thousands.
  private ends(): boolean {
    if (this.at >= this.end && !this.counted) {
      this.end = endOfBytes(this.text, this.from, longest)
      this.counted = true
    }
    return this.at >= this.end
  }

  private peek(): string {
    if (this.ends()) return ''
    return String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)
  }

  private next(): string {
    const c = this.peek()
    this.at += c.length
    return c
  }

  private accept(set: string): boolean {
    const c = this.peek()
    if (c === '' || !set.includes(c)) return false
    this.at += c.length
    return true
  }

  private run(set: string): void {
    while (this.accept(set)) {
      // on to the next one
    }
  }

  /** The next bracket, having skipped everything else; '' at the end. */
  bracket(): string {
    for (;;) {
      const c = this.next()
      if (c === '' || '([{)]}'.includes(c)) return c
      if (space.test(c)) continue
      if (c === '"' || c === "'") this.quoted(c, false)
      else if (c === '`') this.raw()
      else if ((c === 'b' || c === 'B') && (this.peek() === '"' || this.peek() === "'")) this.quoted(this.next(), true)
      else if (digit.test(c)) this.number(c)
      else if (c === '/') this.slash()
      else if (c === '.') this.dot()
      else if (c === '?') this.accept('.?')
      else if (c === '#') this.pointer()
      else if (!'|:,;%+-^&!=*<>'.includes(c)) this.word(c)
    }
  }

  private quoted(quote: string, bytes: boolean): void {
    for (;;) {
      const c = this.next()
      if (c === quote) return
      if (c === '' || c === '\n') throw new Unreadable()
      if (c === '\\') this.escape(quote, bytes)
    }
  }

  /** What may follow a backslash, by both of the lexer's checks. */
  private escape(quote: string, bytes: boolean): void {
    const c = this.next()
    if (c === quote || (c !== '' && 'abfnrtv\\'.includes(c))) return
    if (c !== '' && '0123'.includes(c)) return this.digits(2, /[0-7]/)
    if (bytes && c !== 'x') throw new Unreadable()
    if (c === 'u' && this.peek() === '{') return this.codePoint()
    const count = escapedHex[c]
    if (count === undefined) throw new Unreadable()
    const from = this.at
    this.digits(count, /[0-9a-fA-F]/)
    if ((Number.parseInt(this.text.slice(from, this.at), 16) | 0) > 0x10ffff) throw new Unreadable()
  }

  private digits(count: number, of: RegExp): void {
    for (let i = 0; i < count; i++) if (!of.test(this.next())) throw new Unreadable()
  }

  private codePoint(): void {
    this.next()
    const from = this.at
    while (/^[0-9a-fA-F]$/.test(this.peek())) this.next()
    const digits = this.text.slice(from, this.at)
    if (digits === '' || digits.length > 6 || Number.parseInt(digits, 16) > 0x10ffff) throw new Unreadable()
    if (this.next() !== '}') throw new Unreadable()
  }

  private raw(): void {
    for (;;) {
      const c = this.next()
      if (c === '') throw new Unreadable()
      if (c === '`' && !this.accept('`')) return
    }
  }

  private number(first: string): void {
    this.at -= first.length
    let digits = '0123456789_'
    if (this.accept('0')) {
      if (this.accept('xX')) digits = '0123456789abcdefABCDEF_'
      else if (this.accept('oO')) digits = '01234567_'
      else if (this.accept('bB')) digits = '01_'
    }
    this.run(digits)
    const whole = this.at
    if (this.accept('.')) {
      if (this.peek() === '.') {
        this.at = whole // 1..2 is a range
        return
      }
      this.run(digits)
    }
    if (this.accept('eE')) {
      this.accept('+-')
      this.run(digits)
    }
    if (wordPart.test(this.peek())) throw new Unreadable()
  }

  private dot(): void {
    if (digit.test(this.peek())) this.number(this.next())
    else this.accept('.')
  }

  private slash(): void {
    if (this.accept('/')) {
      for (let c = this.next(); c !== '' && c !== '\n'; ) c = this.next()
      return
    }
    if (!this.accept('*')) return
    for (let c = this.next(); !(c === '*' && this.accept('/')); c = this.next()) {
      if (c === '') throw new Unreadable()
    }
  }

  private pointer(): void {
    this.accept('#')
    while (wordPart.test(this.peek())) this.next()
  }

  private word(first: string): void {
    if (!wordPart.test(first)) throw new Unreadable()
    while (wordPart.test(this.peek())) this.next()
  }
}

/** Where the }} stands that ends the expression which begins at from; undefined when there is none. */
export function closing(text: string, from: number): number | undefined {
  const reader = new Reader(text, from)
  let depth = 0
  try {
    for (;;) {
      const bracket = reader.bracket()
      if (bracket === '') return undefined
      if ('([{'.includes(bracket)) depth++
      else if (depth > 0) depth--
      else return bracket === '}' && text[reader.at] === '}' ? reader.at - 1 : undefined
    }
  } catch (error) {
    if (error instanceof Unreadable) return undefined
    throw error
  }
}

/** How far a number of bytes of UTF-8 reaches. */
function endOfBytes(text: string, from: number, bytes: number): number {
  if (text.length - from <= bytes / 3) return text.length
  let at = from
  for (let left = bytes; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
    if (left < 0) break
    at += code < 0x10000 ? 1 : 2
  }
  return at
}
