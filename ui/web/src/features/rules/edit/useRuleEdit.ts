import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { useContact } from '@/api/live'
import { useSession } from '@/api/session'
import { conditionsSettled } from '@/features/conditions'
import type { RuleInput } from './content'
import { RuleEdit } from './RuleEdit'
import { ruleServer, type Stored } from './server'

interface Options {
  /** Where a new rule was kept that never reached the server. */
  place?: string | undefined
  /** The tag of what is stored by now; "" when it was deleted. */
  heard?: string | undefined
  /** Called when a new rule has been stored for the first time. */
  onMade: (id: string) => void
}

/** Edits one rule as long as the component is there; leaving saves what is not saved yet. */
export function useRuleEdit(start: Stored | RuleInput, { place, heard, onMade }: Options) {
  const queries = useQueryClient()
  const { who } = useSession()
  const [edit] = useState(
    () =>
      new RuleEdit(start, {
        server: ruleServer,
        owner: who,
        settled: conditionsSettled,
        ...(place === undefined ? {} : { place }),
      }),
  )
  // The page hears of it when the rule is changed, and loads what is stored then.
  const [first] = useState(heard)
  useEffect(() => {
    if (heard !== undefined && heard !== first) void edit.hear(heard)
  }, [edit, heard, first])
  const state = useSyncExternalStore(edit.subscribe, edit.read)
  const { connection } = useContact()

  const made = useEffectEvent(onMade)
  const [id] = useState(state.id)
  useEffect(() => {
    if (state.id !== undefined && state.id !== id) made(state.id)
  }, [state.id, id])

  useEffect(() => {
    const hide = () => {
      if (document.visibilityState === 'hidden') void edit.flush()
    }
    if (edit.read().saving.kind === 'waiting') void edit.flush()
    document.addEventListener('visibilitychange', hide)
    return () => {
      document.removeEventListener('visibilitychange', hide)
      void edit.flush().then(() => queries.invalidateQueries({ queryKey: ['rules'] }))
    }
  }, [edit, queries])

  useEffect(() => {
    if (connection === 'live' && edit.read().saving.kind === 'failed') void edit.flush()
  }, [connection, edit])

  return { edit, state }
}
