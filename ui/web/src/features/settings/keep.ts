import type { Schemas } from '@/api/client'
import { countText, parseDuration } from '@/components/format'

type Retention = Schemas['Retention']

const day = 86_400_000

/** Days of a duration of the API, such as 0.5 for "12h"; undefined when there is none. */
export function daysOf(duration: string | undefined): number | undefined {
  const milliseconds = duration === undefined ? undefined : parseDuration(duration)
  return milliseconds === undefined || milliseconds === 0 ? undefined : milliseconds / day
}

/** The duration of the API for a number of days. */
export const durationOf = (days: number): string => {
  return Number.isInteger(days) ? `${days}d` : `${Math.max(1, Math.round(days * 24 * 60))}m`
}

const units: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Gibibytes of a size of the API, such as 0.5 for "512MiB"; undefined when there is none. */
export function gigabytesOf(size: string | undefined): number | undefined {
  const [, count, unit] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(size ?? '') ?? []
  const bytes = Number(count) * (units[unit ?? ''] ?? 0)
  return bytes > 0 ? bytes / 1024 ** 3 : undefined
}

/** The size of the API for a number of gibibytes, to the mebibyte. */
export const sizeOf = (gigabytes: number): string => `${Math.max(1, Math.round(gigabytes * 1024))}MiB`

export const daysText = (days: number): string =>
  days < 1 ? countText(Math.round(days * 24), 'hour') : countText(Math.round(days * 10) / 10, 'day')

/** For how long an inbox keeps its events, where it has its own rules and where it has the workspace's. */
export function keepText(own: Retention, all: Retention): string {
  const age = daysOf(own.age) ?? daysOf(all.age) ?? 0
  const matched = Math.max(daysOf(own.matched) ?? daysOf(all.matched) ?? 0, age)
  return age === matched ? daysText(age) : `${daysText(age)}, with a rule ${daysText(matched)}`
}

export const hasOwn = (own: Retention): boolean => Object.values(own).some((part) => part !== undefined && part !== 0)
