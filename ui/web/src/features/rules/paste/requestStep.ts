import { parseValues } from '@/api/exactJson'
import type { PastedRequest } from '@/components/pasted'
import type { Step } from '../edit'

/** The first step of a rule that sends such a request. */
export function requestStep({ method, url, headers, body }: PastedRequest): Step {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const sent = body === '' ? {} : contentOf(type, body)
  // What is sent as JSON or as a form says so by itself.
  const said = headers.filter(([name]) => 'body' in sent || name.toLowerCase() !== 'content-type')
  return {
    key: 'http',
    action: 'http',
    with: { method, url, ...(said.length === 0 ? {} : { headers: Object.fromEntries(said) }), ...sent },
  }
}

function contentOf(type: string, body: string): Record<string, unknown> {
  if (/^application\/json\b/i.test(type)) {
    try {
      return { json: parseValues(body) }
    } catch {
      return { body }
    }
  }
  const pairs = [...new URLSearchParams(body)]
  const once = new Set(pairs.map(([name]) => name)).size === pairs.length
  return type === 'application/x-www-form-urlencoded' && once ? { form: Object.fromEntries(pairs) } : { body }
}
