import { createContext, use } from 'react'
import type { Schemas } from '@/api/client'
import type { ActionSpec } from './actions'
import type { Against } from '@/features/conditions'
import type { Step, StepChange } from './edit'
import type { Answers } from './preview/examples'
import type { Test } from './test/test'

/** The step that a form belongs to, and how it is changed. */
export interface StepPlace {
  readonly step: Step
  readonly spec: ActionSpec
  readonly index: number
  readonly rule: Schemas['RuleInput']
  /** As expressions of this step see it. */
  readonly against: Against
  /** Of this step; locations begin below it, such as with.url. */
  readonly faults: readonly Schemas['ProblemField'][]
  readonly readOnly: boolean
  /** Answers of earlier steps: real ones and examples. */
  readonly answers: Answers
  /** The last test of this step. */
  readonly tested: Test | undefined
  readonly onTested: (test: Test) => void
  /** Opens the connection of that name, or a new one that the step then uses. */
  readonly connect: (name?: string) => void
  readonly change: (change: StepChange, join?: string) => void
  readonly set: (name: string, value: unknown) => void
}

export const StepContext = createContext<StepPlace | undefined>(undefined)

/** The step around; only within a card of the step list. */
export function useStep(): StepPlace {
  const place = use(StepContext)
  if (place === undefined) throw new Error('a part of a step stands outside of a step')
  return place
}

/** The id of the element that holds a setting, such as with.url, of a step. */
export const settingId = (key: string, location: string): string => `step-${key}-${location}`

/** Puts the focus into a setting of the open step. */
export function focusSetting(key: string, location: string): void {
  const place = document.getElementById(settingId(key, location))
  place?.scrollIntoView({ block: 'center' })
  place?.querySelector<HTMLElement>('input, textarea, [contenteditable="true"], button, select')?.focus()
}
