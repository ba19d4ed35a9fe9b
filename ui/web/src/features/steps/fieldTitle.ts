const own: Readonly<Record<string, string>> = {
  connection: 'Connection',
  if: 'Only do this step if',
  forEach: 'Repeat for each',
  retry: 'If it does not work',
  timeout: 'Longest time for one try',
}

/** What people call a setting of a step, from its location below the step: with.url is "Url". */
export function fieldTitle(location: string): string {
  const known = own[location.split(/[.[]/)[0] ?? '']
  if (known !== undefined) return known
  const last = location
    .replace(/^with\./, '')
    .replaceAll(/[.[\]]+/g, ' ')
    .trim()
  return last === '' ? 'Step' : last.slice(0, 1).toUpperCase() + last.slice(1)
}
