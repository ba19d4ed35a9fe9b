import type { Schemas } from '@/api/client'

type Fault = Schemas['ProblemField']

/** The faults of one step, with locations below it: with.url, if, connection. */
export function faultsOfStep(faults: readonly Fault[], index: number): Fault[] {
  const before = `steps[${index}]`
  return faults.flatMap((f) => {
    const at = (f.location ?? '').replace(/^(body\.)?(rule\.)?/, '')
    if (at === before) return [{ ...f, location: '' }]
    return at.startsWith(`${before}.`) ? [{ ...f, location: at.slice(before.length + 1) }] : []
  })
}

/** The faults at a location or below it. */
export function faultsAt(faults: readonly Fault[], location: string): Fault[] {
  return faults.filter((f) => {
    const at = f.location ?? ''
    return at === location || at.startsWith(`${location}.`) || at.startsWith(`${location}[`)
  })
}

/** What to say at a location; undefined when nothing is wrong there. */
export function faultText(faults: readonly Fault[], location: string): string | undefined {
  const found = faultsAt(faults, location)
  return found.length === 0 ? undefined : found.map((f) => f.message).join(' ')
}
