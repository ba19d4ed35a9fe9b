import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ProblemError } from '@/api/problem'
import type { Tagged } from '@/api/client'
import { type Connection, type ConnectionType, connectionQuery, titleOf } from './queries'
import { useSaveConnection, useTryConnection, useTryStored } from './useConnection'
import { inputOf, startOf, type Values } from './values'

interface Options {
  kind: ConnectionType
  /** The connection as it was read; undefined for a new one. */
  stored: Tagged<Connection> | undefined
  /** Titles that others have. */
  taken: readonly string[]
  readOnly: boolean
  onSaved: (connection: Connection, message: string) => void
}

export type FormState = ReturnType<typeof useConnectionForm>

/** What the form of a connection holds and can do. Every edit makes what was tried before not count. */
export function useConnectionForm({ kind, stored, taken, readOnly, onSaved }: Options) {
  const [base, setBase] = useState(stored)
  const [typed, setTyped] = useState<string>()
  const [values, setValues] = useState<Values>(() => startOf(kind, stored?.value))
  const [edited, setEdited] = useState(false)
  const queries = useQueryClient()
  const name = base?.value.name
  const save = useSaveConnection(base)
  const trial = useTryConnection(name)
  const again = useTryStored()
  const title = typed ?? (base ? titleOf(base.value) : freeTitle(kind.title, taken))
  const secrets = base?.value.secrets ?? {}
  const input = () => inputOf(kind, title, values, secrets)
  // After a conflict: reads the connection as it is now, to be saved over or to be used.
  const settle = useMutation({
    mutationFn: (_choice: { mine: boolean }) => queries.fetchQuery({ ...connectionQuery(name ?? ''), staleTime: 0 }),
    onSuccess: (now, { mine }) => {
      setBase(now)
      save.reset()
      if (mine) return
      setValues(startOf(kind, now.value))
      setTyped(undefined)
      setEdited(false)
    },
  })
  const touch = () => {
    setEdited(true)
    save.reset()
    trial.reset()
    again.reset()
  }
  const tried = edited || name === undefined ? trial : again
  const failure = save.error ?? tried.error
  const store = (message = '') =>
    save.mutate(input(), {
      onSuccess: (connection) => {
        // What was found out before saving counts as its first use.
        if (message !== '') again.mutate(connection.name)
        onSaved(connection, message)
      },
    })
  return {
    kind,
    base,
    connection: name,
    title,
    values,
    secrets,
    edited,
    readOnly,
    failure,
    busy: save.isPending,
    trying: trial.isPending || again.isPending,
    saved: save.error,
    /** What the test has shown; undefined until it went well. */
    worked: tried.data?.message,
    // A web service without an address to read has nothing that could be tried.
    testable: kind.type !== 'http' || Boolean(values['testUrl']),
    set: (change: Values) => {
      setValues((old) => ({ ...old, ...change }))
      touch()
    },
    setTitle: (next: string) => {
      setTyped(next)
      touch()
    },
    errorOf: (field: string) => (failure instanceof ProblemError ? failure.field(`with.${field}`) : undefined),
    test: () => (edited || name === undefined ? trial.mutate(input()) : again.mutate(name)),
    save: () => store(trial.data?.message),
    testAndSave: () => trial.mutate(input(), { onSuccess: ({ message }) => store(message) }),
    settle,
  }
}

/** "Slack", or "Slack 2" where there is one already. */
function freeTitle(title: string, taken: readonly string[]): string {
  const free = (n: number): string => {
    const next = n === 1 ? title : `${title} ${n}`
    return taken.includes(next) ? free(n + 1) : next
  }
  return free(1)
}
