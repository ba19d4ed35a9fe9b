import { useSyncExternalStore } from 'react'

// One clock for all that keeps counting: it ticks each second while somebody watches.
const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let second = Date.now()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  timer ??= setInterval(() => {
    second = Date.now()
    for (const w of watchers) w()
  }, 1000)
  return () => {
    watchers.delete(watcher)
    if (watchers.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The time in milliseconds, told anew each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => second)
}

/** Text that depends on the time, and a new picture only when it changes. */
export function useTimeText(text: (now: number) => string): string {
  return useSyncExternalStore(watch, () => text(timer === undefined ? Date.now() : second))
}

const units: [name: string, milliseconds: number][] = [
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]

/** "just now", "2 min ago", "3 h ago", "yesterday", then the day. A clock that is ahead gives no time in the future. */
export function ago(at: number, now: number): string {
  const gone = now - at
  if (gone < 45_000) return gone < 10_000 ? 'just now' : `${Math.floor(gone / 1000)} s ago`
  const days = Math.floor(gone / 86_400_000)
  if (days === 1) return dayOf(now) - dayOf(at) === 1 ? 'yesterday' : '2 d ago'
  if (days > 6) return new Date(at).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' })
  const [name, size] = units.findLast(([, milliseconds]) => gone >= milliseconds) ?? ['min', 60_000]
  return `${Math.max(1, Math.floor(gone / size))} ${name} ago`
}

/** Days of the person's calendar, counted from some day on. */
const dayOf = (at: number) => Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / 86_400_000)

/** "in 0:42", "in 12 min", "in 7 days"; "now" when the moment has come. */
export function until(at: number, now: number): string {
  const left = Math.ceil((at - now) / 1000)
  if (left <= 0) return 'now'
  if (left < 600) return `in ${elapsed(left * 1000)}`
  if (left < 7200) return `in ${Math.round(left / 60)} min`
  return left < 2 * 86_400 ? `in ${Math.round(left / 3600)} h` : `in ${Math.round(left / 86_400)} days`
}

/** Minutes and seconds of a wait: "0:14". */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Day, time to the second, and the zone. */
export function fullTime(at: number, zone?: string): string {
  return new Date(at).toLocaleString(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(zone === undefined ? {} : { timeZone: zone }),
  })
}

/** The time of day: "14:20", with seconds "14:20:05". */
export const clockText = (at: string | number, seconds = false): string =>
  new Date(at).toLocaleTimeString(undefined, {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  })

const clear = 12 * 3_600_000 // milliseconds; who reads 1:10 at night waits for no other day

/** When something is due: the time, with its day where that could be taken for another one. */
export function dueText(at: string | number, now = Date.now()): string {
  const ahead = new Date(at).getTime() - now
  if (dayOf(now + ahead) === dayOf(now) || (ahead > 0 && ahead < clear)) return clockText(at)
  return new Date(at).toLocaleString(undefined, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
}

const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g

/** A sentence of the server with the times in it as people write them. */
export const withTimes = (sentence: string, now = Date.now()): string =>
  sentence.replace(instant, (at) => dueText(at, now))
