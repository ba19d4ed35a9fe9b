import { useQuery } from '@tanstack/react-query'
import type { Unfinished } from '@/features/conditions'
import type { EditState, Fault } from '../edit'
import { actionsQuery } from '../queries'
import { faultPlace } from './faultPlace'
import type { Missing } from './MissingList'

const nothingToDo: Fault = { location: 'steps', message: 'Nothing happens yet. Add a step.' }

/** What keeps the rule from being turned on; a rule that does nothing is not finished either. */
export function faultsOf({ faults = [], rule }: EditState): readonly Fault[] {
  return (rule.steps ?? []).length === 0 ? [...faults, nothingToDo] : faults
}

/** Everything that is missing, each with the way to it; the rows of conditions that say nothing yet come last. */
export function useMissing(state: EditState, unfinished: readonly Unfinished[], go: (fault: Fault) => void): Missing[] {
  const { data } = useQuery(actionsQuery)
  const titleOf = (action: string) => data?.get(action)?.title ?? action
  return [
    ...faultsOf(state).map((fault) => ({
      message: fault.message,
      place: faultPlace(fault, state.rule, titleOf),
      go: () => go(fault),
    })),
    ...unfinished.map(({ label, message, show }) => ({ message, place: label, go: show })),
  ]
}
