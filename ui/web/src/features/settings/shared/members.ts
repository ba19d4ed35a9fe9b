// Shared values and lists are kept as the text they came as. A number such as
// 9007199254740993 is not the same any more once the browser has read it, and saving one
// value writes all the others again.

/** A name with its value, as text of the contract: "5", "\"five\"", "[5]". */
export type Member = readonly [name: string, value: string]

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g

/** What an object holds at its first level. The text has to be a whole object, as the server writes it. */
export function membersOf(text: string): Member[] {
  const members: Member[] = []
  let depth = 0
  let name: string | undefined
  let start: number | undefined
  let end = 0
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const ends = token === ',' || token === '}'
    if (depth === 1 && ends && name !== undefined) {
      members.push([name, text.slice(start, end)])
      name = start = undefined
    } else if (depth === 1 && !ends && name === undefined) name = JSON.parse(token) as string
    else if (depth === 1 && !ends && token !== ':') start ??= index
    if (token === '{' || token === '[') depth++
    if (token === '}' || token === ']') depth--
    end = index + token.length
  }
  return members
}

export const objectText = (members: readonly Member[]): string =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`

export type Kind = 'text' | 'number' | 'yes-no' | 'group'

export function kindOf(value: string): Kind {
  if (value.startsWith('"')) return 'text'
  if (value === 'true' || value === 'false') return 'yes-no'
  return /^[-\d]/.test(value) ? 'number' : 'group'
}

/** What a person reads and edits: a text without its quotation marks, anything else as it is. */
export const shownOf = (value: string): string => (kindOf(value) === 'text' ? (JSON.parse(value) as string) : value)

const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** The value that a person means; undefined when it cannot be one of this kind. */
export function valueOf(kind: Kind, shown: string): string | undefined {
  const typed = shown.trim()
  switch (kind) {
    case 'text':
      return JSON.stringify(shown)
    case 'number':
      return number.test(typed) ? typed : undefined
    case 'yes-no':
      return typed === 'true' ? 'true' : 'false'
    case 'group':
      return isValue(typed) ? typed : undefined
  }
}

function isValue(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
