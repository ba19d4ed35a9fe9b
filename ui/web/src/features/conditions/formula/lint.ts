import { type Diagnostic, linter } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import type { Asker } from './asker'
import { faultsOf } from './faults'

/** Underlines what the server finds wrong, where it is, and tells the words. */
export function underlining(asker: Asker, tell: (messages: readonly string[]) => void): Extension {
  return linter(
    async (view): Promise<readonly Diagnostic[]> => {
      const text = view.state.doc.toString()
      try {
        const faults = await faultsOf(text, asker)
        if (view.state.doc.toString() === text) tell(faults.map((f) => f.message))
        const end = text.length
        return faults.map(({ from, to, message }) => ({
          from: Math.min(from, end),
          to: Math.min(Math.max(to, from), end),
          severity: 'error',
          message,
        }))
      } catch {
        return [] // without contact nothing is known to be wrong
      }
    },
    { delay: 300 },
  )
}
