import { type FormValidateInput, useForm, type UseFormReturnType } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client, ifMatch, type Tagged, tagged } from '@/api/client'
import { fieldErrors, ProblemError } from '@/api/problem'
import { type Settings, settingsQuery } from '@/api/settings'

interface Options<V> {
  stored: Tagged<Settings>
  /** The part of the settings that the form edits. */
  read: (settings: Settings) => V
  /** Stores it on top of the settings as they were read. */
  put: (base: Tagged<Settings>, values: V) => Promise<unknown>
  validate?: FormValidateInput<V>
}

export interface SettingsForm<V> {
  form: UseFormReturnType<V>
  submit: (event: React.SubmitEvent<HTMLFormElement>) => void
  saving: boolean
  error: Error | null
  /** When it was last saved, by the browser's clock; undefined before. */
  savedAt: number | undefined
  /** The names of the fields that somebody else has changed meanwhile; empty without a conflict. */
  changedElsewhere: readonly string[]
  saveMine: () => void
  takeTheirs: () => void
}

/** Stores some of the settings and leaves the others as they are. */
export const putSettings = (base: Tagged<Settings>, change: Partial<Settings>): Promise<Settings> =>
  answer(client.PUT('/api/v1/settings', { params: { header: ifMatch(base.etag) }, body: { ...base.value, ...change } }))

/**
 * A form over a part of the settings. What others change elsewhere in the settings does
 * not matter; where they changed the same fields, the person decides.
 */
export function useSettingsForm<V extends object>({ stored, read, put, validate }: Options<V>): SettingsForm<V> {
  const queries = useQueryClient()
  const [base, setBase] = useState(stored)
  const [theirs, setTheirs] = useState<Tagged<Settings>>()
  const [savedAt, setSavedAt] = useState<number>()
  const form = useForm<V>({
    mode: 'controlled',
    initialValues: read(stored.value),
    ...(validate === undefined ? {} : { validate }),
  })
  const begin = (now: Tagged<Settings>) => {
    setBase(now)
    setTheirs(undefined)
    form.setInitialValues(read(now.value))
    form.setValues(read(now.value))
  }
  // Nothing is lost where nothing was typed.
  if (stored.etag !== base.etag && !form.isDirty()) begin(stored)
  const store = async (values: V, on: Tagged<Settings>) => {
    try {
      await put(on, values)
    } catch (error) {
      if (!(error instanceof ProblemError && error.conflict)) throw error
      const now = await tagged(client.GET('/api/v1/settings'))
      if (differing(read(on.value), read(now.value)).length > 0) {
        setTheirs(now)
        throw error
      }
      await put(now, values)
    }
  }
  const save = useMutation({
    mutationFn: async ({ values, on }: { values: V; on: Tagged<Settings> }) => {
      await store(values, on)
      // What was just saved is what the next edit begins from, also where the person typed on meanwhile.
      return tagged(client.GET('/api/v1/settings')).catch(() => undefined)
    },
    onSuccess: (now, { values }) => {
      setTheirs(undefined)
      setSavedAt(Date.now())
      form.resetDirty(values)
      if (now && differing(form.getValues(), values).length > 0) setBase(now)
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSettled: () => queries.invalidateQueries({ queryKey: settingsQuery.queryKey }),
  })
  return {
    form,
    submit: form.onSubmit((values) => save.mutate({ values, on: base })),
    saving: save.isPending,
    error: theirs === undefined ? save.error : null,
    savedAt,
    changedElsewhere: theirs === undefined ? [] : differing(read(base.value), read(theirs.value)),
    saveMine: () => theirs && save.mutate({ values: form.getValues(), on: theirs }),
    takeTheirs: () => theirs && begin(theirs),
  }
}

function differing<V extends object>(a: V, b: V): string[] {
  return Object.entries(a)
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(Object.entries(b).find(([k]) => k === key)?.[1]))
    .map(([key]) => key)
}
