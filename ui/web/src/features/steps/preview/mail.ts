/** A mail as Patchbay writes it: headers, and a text, a formatted text, or both. */
export interface Mail {
  readonly from: string
  readonly to: string
  readonly cc: string
  readonly replyTo: string
  readonly text: string | undefined
  readonly html: string | undefined
}

/** Reads the source of a mail. What was cut off at its end is missing. */
export function readMail(source: string): Mail {
  const { headers, parts } = readPart(source.replaceAll('\r\n', '\n'))
  const header = (name: string) => decodedWords(headers.get(name) ?? '')
  return {
    from: header('from'),
    to: header('to'),
    cc: header('cc'),
    replyTo: header('reply-to'),
    text: parts.find((p) => p.type === 'text/plain')?.content,
    html: parts.find((p) => p.type === 'text/html')?.content,
  }
}

interface Leaf {
  readonly type: string
  readonly content: string
}

function readPart(source: string): { headers: Map<string, string>; parts: Leaf[] } {
  const end = source.indexOf('\n\n')
  const headers = readHeaders(end === -1 ? source : source.slice(0, end))
  const body = end === -1 ? '' : source.slice(end + 2)
  const kind = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(kind)?.[1]
  if (kind.toLowerCase().startsWith('multipart/') && boundary !== undefined) {
    const inner = body.split(`--${boundary}`).slice(1)
    const parts = inner.filter((p) => !p.startsWith('--')).flatMap((p) => readPart(p.replace(/^\n/, '')).parts)
    return { headers, parts }
  }
  const type = kind.split(';')[0]?.trim().toLowerCase() ?? ''
  return { headers, parts: [{ type, content: decoded(body, headers.get('content-transfer-encoding') ?? '') }] }
}

function readHeaders(text: string): Map<string, string> {
  const lines = text.replaceAll(/\n[ \t]+/g, ' ').split('\n')
  return new Map(
    lines.flatMap((line) => {
      const at = line.indexOf(':')
      return at > 0 ? [[line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()] as const] : []
    }),
  )
}

function decoded(body: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case 'quoted-printable':
      return fromBytes(quotedBytes(body.replaceAll(/=[ \t]*\n/g, '')))
    case 'base64':
      return fromBase64(body)
    default:
      return body
  }
}

function quotedBytes(text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  const out: number[] = []
  for (let i = 0; i < utf8.length; i++) {
    const code = utf8[i] ?? 0
    const hex = code === 61 ? Number.parseInt(String.fromCodePoint(utf8[i + 1] ?? 0, utf8[i + 2] ?? 0), 16) : Number.NaN
    out.push(Number.isNaN(hex) ? code : hex)
    if (!Number.isNaN(hex)) i += 2
  }
  return Uint8Array.from(out)
}

function fromBase64(text: string): string {
  const kept = text.replaceAll(/[^A-Za-z0-9+/]/g, '')
  // Cut off somewhere, the last letters say nothing.
  const whole = kept.slice(0, kept.length - (kept.length % 4 === 1 ? 1 : 0))
  return fromBytes(Uint8Array.from(atob(whole), (c) => c.codePointAt(0) ?? 0))
}

const fromBytes = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Words such as =?utf-8?q?Gr=C3=BC=C3=9Fe?= in headers. */
function decodedWords(text: string): string {
  return text
    .replaceAll(/(\?=)\s+(=\?)/g, '$1$2')
    .replaceAll(/=\?[\w-]+\?([bq])\?([^?]*)\?=/gi, (_, how: string, word: string) =>
      how.toLowerCase() === 'b' ? fromBase64(word) : fromBytes(quotedBytes(word.replaceAll('_', ' '))),
    )
}
