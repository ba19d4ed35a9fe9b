import type { EditState, Fault } from '../edit'

const nothingToDo: Fault = { location: 'steps', message: 'Nothing happens yet. Add a step.' }

/** What keeps the rule from being turned on; a rule that does nothing is not finished either. */
export function missingOf({ faults = [], rule }: EditState): readonly Fault[] {
  return (rule.steps ?? []).length === 0 ? [...faults, nothingToDo] : faults
}
