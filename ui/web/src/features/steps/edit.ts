import type { Schemas } from '@/api/client'

export type Step = Schemas['Step']

/** A key for a step that no other step has: slack, slack2. Later steps read its answer by it. */
export function freshKey(action: string, steps: readonly Step[]): string {
  const base = /^[a-z][A-Za-z0-9_]*$/.test(action) ? action.slice(0, 28) : 'step'
  const taken = new Set(steps.map((s) => s.key))
  if (!taken.has(base)) return base
  let n = 2
  while (taken.has(`${base}${n}`)) n++
  return `${base}${n}`
}

export function inserted(steps: readonly Step[], at: number, step: Step): Step[] {
  return [...steps.slice(0, at), step, ...steps.slice(at)]
}

/** The steps with one put back that was taken out at a place; the same list when it is there again. */
export function putBack(steps: readonly Step[], at: number, step: Step): readonly Step[] {
  return steps.some((s) => s.key === step.key) ? steps : inserted(steps, Math.min(at, steps.length), step)
}

export function removed(steps: readonly Step[], key: string): Step[] {
  return steps.filter((s) => s.key !== key)
}

/** The steps with one of them moved by one place; the same list when it stands at the end. */
export function moved(steps: readonly Step[], key: string, by: -1 | 1): readonly Step[] {
  const from = steps.findIndex((s) => s.key === key)
  const to = from + by
  const step = steps[from]
  if (step === undefined || to < 0 || to >= steps.length) return steps
  return inserted(removed(steps, key), to, step)
}

/** A copy with a key of its own. */
export function copyOf(step: Step, steps: readonly Step[]): Step {
  return { ...step, key: freshKey(step.action, steps) }
}

/** A change of a step: undefined takes a setting away. */
export type StepChange = { [K in keyof Omit<Step, 'key' | 'action'>]?: Step[K] | undefined }

/** The steps with one of them changed; what becomes undefined is left out. */
export function changed(steps: readonly Step[], key: string, change: StepChange): Step[] {
  const left = Object.entries(change).filter(([, value]) => value === undefined)
  return steps.map((step) => {
    if (step.key !== key) return step
    const made = Object.entries({ ...step, ...change }).filter(([name]) => !left.some(([gone]) => gone === name))
    // The fields are those of a step; only settings that may be missing were taken out.
    return Object.fromEntries(made) as Step
  })
}

/** The settings with one of them changed; undefined takes it away. */
export function withSetting(step: Step, name: string, value: unknown): Step['with'] {
  const { [name]: _old, ...rest } = step.with ?? {}
  if (value === undefined) return rest
  // The order in which settings were first given is kept, so that a file does not jump.
  return step.with !== undefined && name in step.with ? { ...step.with, [name]: value } : { ...rest, [name]: value }
}

/** Whether a step reads what another one gave. */
export function reads(step: Step, key: string): boolean {
  return new RegExp(`\\bsteps\\.${key}\\b`).test(JSON.stringify([step.with, step.if, step.forEach]))
}
