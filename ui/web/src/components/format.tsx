const sizes = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** "640 B", "1.4 MB"; steps of 1024. */
export function bytesText(bytes: number): string {
  let step = 0
  let size = bytes
  while (size >= 1024 && step < sizes.length - 1) {
    size /= 1024
    step++
  }
  const digits = step > 0 && size < 10 ? 1 : 0
  return `${size.toLocaleString(undefined, { maximumFractionDigits: digits })} ${sizes[step]}`
}

/** A size; hover gives the exact number. */
export function Bytes({ value }: { value: number }) {
  return (
    <span className="number" title={`${value.toLocaleString()} bytes`}>
      {bytesText(value)}
    </span>
  )
}

/** A count with its noun: countText(2, 'rule') is "2 rules". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}

/** A number in the person's format, figures of one width. */
export function Count({ value }: { value: number }) {
  return <span className="number">{value.toLocaleString()}</span>
}

/** "640.00 USD" in the person's format; what is no amount stays as it is. */
export function moneyText(amount: string | number, currency?: string): string {
  const value = Number(amount)
  if (amount === '' || !Number.isFinite(value)) return String(amount)
  const text = value.toLocaleString(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return currency === undefined ? text : `${text} ${currency}`
}

/** An amount; hover gives the raw value. */
export function Money({ amount, currency }: { amount: string | number; currency?: string }) {
  const raw = currency === undefined ? String(amount) : `${amount} ${currency}`
  return (
    <span className="number" title={raw}>
      {currency === undefined ? moneyText(amount) : moneyText(amount, currency)}
    </span>
  )
}

/** "6 ms", "1.2 s", "3 min 20 s", from milliseconds. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1) return 'under 1 ms'
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
  const seconds = Math.round(milliseconds / 1000)
  const [whole, rest] = [Math.floor(seconds / 60), seconds % 60]
  if (whole < 60) return rest === 0 ? `${whole} min` : `${whole} min ${rest} s`
  const minutes = whole % 60
  return minutes === 0 ? `${Math.floor(whole / 60)} h` : `${Math.floor(whole / 60)} h ${minutes} min`
}

const units: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a duration of the API such as "1m30s"; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g)]
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== text) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0)
}
