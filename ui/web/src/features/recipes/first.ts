import type { Schemas } from '@/api/client'

/**
 * The event that somebody who has just used a recipe waits for, of the newest ones in their order: the first that the
 * app itself sent since then and that counts, else the last that was held or refused.
 */
export function firstOf(
  newestFirst: readonly Schemas['EventSummary'][],
  since: string | undefined,
): Schemas['EventSummary'] | undefined {
  const from = since === undefined ? 0 : Date.parse(since)
  const sent = newestFirst.filter(
    (e) => e.origin === 'sender' && e.verdict !== 'duplicate' && Date.parse(e.receivedAt) >= from,
  )
  return sent.findLast((e) => e.verdict === 'accepted') ?? sent[0]
}
