import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tab } from './frame/RuleTabs'
import { NewRule } from './NewRule'
import { OpenRule } from './OpenRule'

const route = getRouteApi('/shell/rules/$id')

/** A rule, or a new one under /rules/new. */
export function RulePage() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const navigate = useNavigate()
  // A new rule gets its address while somebody types into it: the editor stays as it is then.
  const [session, setSession] = useState<Session>({ count: 0, id, isNew: id === 'new' })
  if (id !== session.id) {
    const { count, made, isNew } = session
    setSession(id === made ? { count, id, isNew } : { count: count + 1, id, isNew: id === 'new' })
  }
  const frame = {
    event: search.event,
    step: search.step,
    row: search.row,
    tab: search.tab ?? ('edit' as const),
    onTab: (tab: Tab) =>
      void navigate({
        to: '.',
        search: (old: object) => ({ ...old, tab: tab === 'edit' ? undefined : tab }),
      } as never),
    onMade: (made: string) => {
      setSession((old) => ({ ...old, made }))
      void navigate({ to: '/rules/$id', params: { id: made }, search: {}, replace: true })
    },
  }
  return session.isNew ? (
    <NewRule key={session.count} inbox={search.inbox} when={search.when} frame={frame} />
  ) : (
    <OpenRule key={session.count} id={id} frame={frame} />
  )
}

interface Session {
  readonly count: number
  readonly id: string
  readonly isNew: boolean
  /** The id that a new rule has just got. */
  readonly made?: string
}

export interface FrameProps {
  event: string | undefined
  step: string | undefined
  row: string | undefined
  tab: Tab
  onTab: (tab: Tab) => void
  onMade: (id: string) => void
}
