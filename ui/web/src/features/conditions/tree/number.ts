/**
 * The number that people mean by "1,200.50", "1.200,50", "1 200,50", "1'200" or
 * "$ 500", written as the server reads it: "1200.50". Undefined when it is none. A single
 * comma with three figures behind it parts thousands, a single point is a decimal one.
 */
export function understandNumber(typed: string): string | undefined {
  const bare = typed
    .trim()
    .replace(/^[-−–](?=\s*[\p{Sc}\d.,])/u, '-')
    .replace(/^(-?)\s*\p{Sc}\s*/u, '$1')
    .replace(/\s*(\p{Sc}|[A-Z]{3})$/u, '')
  if (/^-?\d+(\.\d+)?[eE][+-]?\d+$/.test(bare)) return bare
  if (!/^-?(\d|[.,]\d)[\d.,'’\s]*$/u.test(bare) || /[.,'’\s]$/u.test(bare)) return undefined
  const mark = decimalMark(bare)
  const at = mark === undefined ? -1 : bare.lastIndexOf(mark)
  const whole = at < 0 ? bare : bare.slice(0, at)
  const digits = whole.replace(/[-.,'’\s]/gu, '')
  if (!grouped(whole)) return undefined
  const sign = bare.startsWith('-') ? '-' : ''
  return `${sign}${digits === '' ? '0' : digits}${at < 0 ? '' : `.${bare.slice(at + 1)}`}`
}

// The mark before the decimals: of two kinds the last one, of one kind only when it
// stands once and does not part thousands.
function decimalMark(text: string): '.' | ',' | undefined {
  const point = text.lastIndexOf('.')
  const comma = text.lastIndexOf(',')
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ','
  if (point >= 0) return text.indexOf('.') === point ? '.' : undefined
  if (comma < 0 || text.indexOf(',') !== comma) return undefined
  return /^-?[1-9]\d{0,2},\d{3}$/.test(text) ? undefined : ','
}

// Whether the figures before the decimals stand in groups of three, or in one.
const grouped = (whole: string): boolean => /^-?\d*$/.test(whole) || /^-?\d{1,3}([.,'’\s]\d{3})+$/u.test(whole)
