import { createContext, useContext } from 'react'
import type { Schemas } from '@/api/client'
import type { Against } from '../against'
import type { Operator } from '../tree/operators'
import type { Actions } from './actions'
import type { Drop } from './useDragging'

/** What all parts of one editor share; it does not change while typing. */
export interface Surroundings {
  actions: Actions
  operators: readonly Operator[]
  against: Against
  readOnly: boolean
  rootKey: string
  startDrag: (key: string, e: React.PointerEvent<HTMLElement>) => void
}

/** What is known of each node, by key. */
export interface Findings {
  verdicts: ReadonlyMap<string, Schemas['NodeVerdict']>
  faults: ReadonlyMap<string, string>
  drop: Drop | undefined
}

export const SurroundingsContext = createContext<Surroundings | undefined>(undefined)
export const FindingsContext = createContext<Findings>({ verdicts: new Map(), faults: new Map(), drop: undefined })

export function useSurroundings(): Surroundings {
  const found = useContext(SurroundingsContext)
  if (found === undefined) throw new Error('this part stands outside an editor of conditions')
  return found
}

export const useFindings = (): Findings => useContext(FindingsContext)
