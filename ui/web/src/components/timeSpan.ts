/** A span of time that begins, and perhaps ends, at a moment. Times are RFC 3339. */
export interface TimeSpan {
  since: string
  until?: string
}

/** The span as the URL of a list holds it; see [readSpan]. */
export const spanText = ({ since, until }: TimeSpan): string => (until === undefined ? since : `${since}~${until}`)

/** The span that the URL of a list names by its moments; undefined for anything else, such as "24h". */
export function readSpan(text: string | undefined): TimeSpan | undefined {
  const [since, until, more] = text?.split('~') ?? []
  if (since === undefined || more !== undefined || !isTime(since)) return undefined
  if (until === undefined) return { since }
  return isTime(until) ? { since, until } : undefined
}

const isTime = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text))

/** "Since 30 Nov, 00:00", "30 Nov, 10:00 to 30 Nov, 11:00". */
function spanLabel({ since, until }: TimeSpan): string {
  return until === undefined ? `Since ${moment(since)}` : `${moment(since)} to ${moment(until)}`
}

const moment = (time: string) =>
  new Date(time).toLocaleString(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** A choice for the span in a filter, where it is none of the usual ones. */
export function spanOption(text: string | undefined): { value: string; label: string }[] {
  const span = readSpan(text)
  return span === undefined || text === undefined ? [] : [{ value: text, label: spanLabel(span) }]
}
