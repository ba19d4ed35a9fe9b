import type { EventSummary } from '../queries'

export const pageSize = 100
const mostPages = 10
/** So many are shown; nobody looks through more of them. */
const enough = 20

type Arrived = Pick<EventSummary, 'inbox' | 'receivedAt'>

interface Page<E> {
  readonly items: readonly E[]
  readonly nextCursor: string
  readonly complete: boolean
}

export interface Expected<E extends Arrived = EventSummary> {
  /** In the inboxes that were asked for, newest first. */
  readonly found: readonly E[]
  /** How many came to other inboxes, of those that were looked at. */
  readonly elsewhere: number
  /** How many events with the text were looked at. */
  readonly looked: number
  /** When the oldest of these came, where there are older ones; null where only the data of older ones was not looked into. */
  readonly until: string | null | undefined
}

/** Goes through events with a text, newest first, until enough are found where they should be; all inboxes when none is named. */
export async function findExpected<E extends Arrived>(
  inboxes: readonly string[],
  load: (cursor: string) => Promise<Page<E>>,
): Promise<Expected<E>> {
  const items: E[] = []
  const here = ({ inbox }: E) => inboxes.length === 0 || inboxes.includes(inbox)
  let page: Page<E> | undefined
  for (let pages = 0; pages < mostPages && (page === undefined || page.nextCursor !== ''); pages++) {
    page = await load(page?.nextCursor ?? '') // oxlint-disable-line no-await-in-loop -- each page names the next one
    items.push(...page.items)
    if (items.filter(here).length >= enough) break
  }
  const found = items.filter(here)
  const more = page !== undefined && page.nextCursor !== ''
  return {
    found: found.slice(0, enough),
    elsewhere: items.length - found.length,
    looked: items.length,
    until: more ? (items.at(-1)?.receivedAt ?? null) : page?.complete === true ? undefined : null,
  }
}
