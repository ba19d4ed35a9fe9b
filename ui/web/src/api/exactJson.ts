/** JSON.parse with the text of each value, and JSON.rawJSON, which browsers have since 2024. */
interface NewerJSON {
  parse: (text: string, reviver: (key: string, value: unknown, context?: { source?: string }) => unknown) => unknown
  rawJSON?: (text: string) => unknown
}

const json: NewerJSON = JSON

/** A number as it was sent, where the browser's own number would be another or look different: 9007199254740993, 640.00. */
export class ExactNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }

  toString(): string {
    return this.source
  }

  toJSON(): unknown {
    return json.rawJSON ? json.rawJSON(this.source) : Number(this.source)
  }
}

// Only such text can hold a number that would not come out as it went in. What stands
// within a text may look like one, which costs time and nothing else.
const suspect = /(?:^|[:[,])\s*(?:-0|-?(?:\d{16,}|\d+\.\d+|\d+(?=[eE])))[\d.eE+-]*\s*(?:$|[,\]}])/

/**
 * JSON with its numbers kept digit by digit. A browser that does not tell the text of a
 * number gives its own number instead.
 */
export function parseExact(text: string): unknown {
  if (!suspect.test(text)) return JSON.parse(text)
  return json.parse(text, (_, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined || String(value) === context.source) return value
    return new ExactNumber(context.source)
  })
}

/**
 * JSON in which only such numbers are kept digit by digit as the browser's own number
 * would change: for settings, which are read, edited and sent back.
 */
export function parseValues(text: string): unknown {
  if (!suspect.test(text)) return JSON.parse(text)
  return json.parse(text, (_, value, context) =>
    typeof value !== 'number' || context?.source === undefined || holds(value, context.source)
      ? value
      : new ExactNumber(context.source),
  )
}

/** The number that a text says; undefined when it says none. */
export function numberOf(text: string): number | ExactNumber | undefined {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return holds(value, text) ? value : new ExactNumber(text)
}

// Fifteen digits come out of the browser's numbers as they went in.
function holds(value: number, source: string): boolean {
  if (String(value) === source) return true
  const digits = source
    .replace(/[eE].*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '')
  return digits.length <= 15 && Number.isFinite(value) && (value !== 0 || digits === '')
}
