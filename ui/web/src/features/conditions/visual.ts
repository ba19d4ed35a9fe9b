import { answer, client, type Schemas } from '@/api/client'
import { parseExact } from '@/api/exactJson'

/** A condition in its other form: rows for a text, a text for rows. Numbers keep their digits. */
export async function visualOf(body: Schemas['VisualInput']): Promise<Schemas['Visual']> {
  const text = await answer<string>(client.POST('/api/v1/expressions/visual', { body, parseAs: 'text' }))
  return parseExact(text) as Schemas['Visual']
}
