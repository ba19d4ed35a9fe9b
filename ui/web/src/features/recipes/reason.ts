import type { Suggestion } from './queries'

/** What speaks for a suggestion: "For Order created in Shop", "Uses your connection Team chat". */
export function reason(
  { inbox, kinds, connections }: Pick<Suggestion, 'inbox' | 'kinds' | 'connections'>,
  titleOfInbox: ((name: string) => string) | undefined,
  titleOfConnection: (name: string) => string,
): string {
  const connection = connections[0]
  const uses = connection === undefined ? '' : `uses your connection ${titleOfConnection(connection)}`
  if (inbox === '') return capital(uses)
  const box = titleOfInbox?.(inbox)
  const place = box === undefined ? '' : ` in ${box}`
  const fits = kinds[0]
    ? `For ${kinds[0].title}${place}`
    : `Fits what comes ${box === undefined ? 'in here' : `into ${box}`}`
  return uses === '' ? fits : `${fits}; ${uses}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
