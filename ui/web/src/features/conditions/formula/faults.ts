import { answer, client, type Schemas } from '@/api/client'
import { choiceOf } from '../against'
import type { Asker } from './asker'

/** What is wrong with a formula, with places in it. */
export async function faultsOf(
  text: string,
  asker: Asker,
  signal?: AbortSignal,
): Promise<readonly Schemas['ExpressionFault'][]> {
  const against = asker.against()
  const call = signal === undefined ? {} : { signal }
  if (against.scope.condition === true) {
    const { errors } = await answer(
      client.POST('/api/v1/expressions/visual', { body: { ...against.scope, expression: text }, ...call }),
    )
    return errors
  }
  const { items } = await answer(
    client.POST('/api/v1/expressions/chips', { body: { ...choiceOf(against), expressions: [text] }, ...call }),
  )
  return items[0]?.errors ?? []
}
