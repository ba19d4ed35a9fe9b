import type { Schemas } from '@/api/client'

/** What was sent, as text: the first line or head, then what it held. */
export function previewText(p: Schemas['Preview']): string {
  const head: string[] = []
  if (p.method || p.url) head.push([p.method, p.url].filter(Boolean).join(' '))
  if (p.argv) head.push(p.argv.join(' '))
  if (p.dir) head.push(`in ${p.dir}`)
  if (p.to) head.push(`To: ${p.to.join(', ')}`)
  for (const header of p.headers ?? []) head.push(`${header.name}: ${header.value}`)
  const rest = [p.text, p.body].filter((part) => part !== undefined && part !== '')
  return [head.join('\n'), ...rest, ...(p.truncated ? ['… the rest is left out here'] : [])]
    .filter((part) => part !== '')
    .join('\n\n')
}
