/**
 * Words for an expression of which the server has said nothing yet: the names in it when
 * it looks like a field, else its text, cut short.
 */
export function words(source: string): string {
  const text = source.trim()
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*(?:\??\.[\p{L}\p{N}_$]+|\[[^\]]*\])*$/u.test(text)) return cut(text)
  const names = [...text.matchAll(/[\p{L}\p{N}_$]+/gu)].map(([name]) => name)
  const shown = names.length > 1 && names[0] === 'payload' ? names.slice(1) : names
  return cut(shown.map((name) => capital(name.replaceAll('_', ' '))).join(' › '))
}

const capital = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1)

const most = 60

function cut(text: string): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
