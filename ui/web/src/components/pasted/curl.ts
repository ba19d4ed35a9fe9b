/** A request as somebody has it at hand. */
export interface PastedRequest {
  readonly kind: 'request'
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** What is sent, as it is; "" for nothing. */
  readonly body: string
  /** Names of headers that carry a secret: they are left out, so that none ends up in a rule. */
  readonly secrets: readonly string[]
}

/** The words of a command as a shell reads them; undefined when a quote is left open. */
export function wordsOf(command: string): string[] | undefined {
  const words: string[] = []
  const text = command.trim().replace(/[\\^`]\r?\n/g, ' ')
  const piece = /\s+|'([^']*)'|\$'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\$]+|\$)/y
  let word: string | undefined
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text)
    if (found === null) return undefined
    const [whole, plain, c, quoted, escaped, bare] = found
    if (/^\s/.test(whole)) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    const unescaped = c === undefined ? quoted?.replace(/\\(["\\$`])/g, '$1') : cText(c)
    word = (word ?? '') + (plain ?? unescaped ?? escaped ?? bare ?? '')
  }
  return word === undefined ? words : [...words, word]
}

const marks: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }
const cText = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gi, (_, u?: string, x?: string, mark = '') =>
    u !== undefined || x !== undefined
      ? String.fromCodePoint(Number.parseInt(u ?? x ?? '', 16))
      : (marks[mark] ?? mark),
  )

// Which short options take a value; a long one says it below.
const valued = 'XHduAebomxEKcFTwyYztrCPQ'
const names: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  u: 'user',
  A: 'user-agent',
  e: 'referer',
  b: 'cookie',
  F: 'form',
  G: 'get',
  I: 'head',
}
const bareLong =
  /^(get|head|compressed|insecure|location|silent|show-error|include|verbose|fail|http[\d.]+|globoff|no-.*)$/

/** The request that a curl command makes; undefined for anything else, and for what cannot be carried over, such as files. */
export function readCurl(command: string): PastedRequest | undefined {
  const words = /^\s*(\$ )?curl(\.exe)?\s/.test(command) ? wordsOf(command.replace(/^\s*\$ /, '')) : undefined
  if (words === undefined) return undefined
  const found: [name: string, value: string][] = []
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? ''
    if (word.startsWith('--')) {
      const name = word.slice(2)
      found.push([name, bareLong.test(name) ? '' : (words[++at] ?? '')])
    } else if (/^-[A-Za-z]/.test(word)) {
      for (let i = 1; i < word.length; i++) {
        const letter = word[i] ?? ''
        const takes = valued.includes(letter)
        const value = takes ? word.slice(i + 1) || (words[++at] ?? '') : ''
        found.push([names[letter] ?? letter, value])
        if (takes) break
      }
    } else found.push(['url', word])
  }
  return requestOf(found)
}

const secret = /^(authorization|proxy-authorization|cookie|.*(api-?key|token|secret|password|signature).*)$/i

function requestOf(found: readonly (readonly [name: string, value: string])[]): PastedRequest | undefined {
  const all = (name: RegExp) => found.filter(([n]) => name.test(n)).map(([, value]) => value)
  const data = all(/^(data|data-raw|data-binary|data-ascii|data-urlencode|json)$/)
  const address = all(/^url$/)[0]
  const url = address !== undefined && !/^https?:/i.test(address) ? `http://${address}` : address
  if (url === undefined || !URL.canParse(url) || all(/^form/).length > 0 || data.some((d) => d.startsWith('@')))
    return undefined
  const headers = all(/^header$/).flatMap((line): (readonly [string, string])[] => {
    const at = line.indexOf(':')
    return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
  })
  const has = (name: string) => headers.some(([n]) => n.toLowerCase() === name)
  const given = data.length > 0 && !has('content-type')
  const type = all(/^json$/).length > 0 ? 'application/json' : 'application/x-www-form-urlencoded'
  const asked = all(/^get$/).length > 0
  const body = data.join('&')
  const secrets = [
    ...headers.map(([n]) => n).filter((n) => secret.test(n)),
    ...(all(/^user$/).length > 0 ? ['Authorization'] : []),
    ...(all(/^cookie$/).length > 0 ? ['Cookie'] : []),
  ]
  const way = all(/^head$/).length > 0 ? 'HEAD' : body === '' || asked ? 'GET' : 'POST'
  return {
    kind: 'request',
    method: (all(/^request$/).at(-1) ?? way).toUpperCase(),
    url: asked && body !== '' ? `${url}${url.includes('?') ? '&' : '?'}${body}` : url,
    headers: [
      ...headers.filter(([n]) => !secret.test(n)),
      ...(given && !asked ? [['Content-Type', type] as const] : []),
    ],
    body: asked ? '' : body,
    secrets: [...new Set(secrets)],
  }
}
