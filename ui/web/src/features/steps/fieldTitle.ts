import type { ActionSpec } from './actions'
import { fieldsOf } from './form/fields'

const own: Readonly<Record<string, string>> = {
  connection: 'Connection',
  if: 'Only do this step if',
  forEach: 'Repeat for each',
  retry: 'If it does not work',
  timeout: 'Longest time for one try',
}

/** What people call a setting of a step, from its location below the step: with.url is "Address". */
export function fieldTitle(location: string, spec: ActionSpec | undefined): string {
  const known = own[location.split(/[.[]/)[0] ?? '']
  if (known !== undefined) return known
  const [name = ''] = location.replace(/^with\.?/, '').split(/[.[]/)
  return (spec && fieldsOf(spec).find((f) => f.name === name)?.title) ?? (name === '' ? 'Step' : name)
}
