import { Radio, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Dispatch, SetStateAction } from 'react'
import { inboxListQuery } from '@/api/inboxes'
import { type Connection, connectionsQuery, connectionTitle } from '@/features/connections'
import type { Filled } from './answers'
import type { Recipe, RecipeInput } from './queries'
import classes from './recipes.module.css'

interface Props {
  recipe: Recipe
  input: RecipeInput
  filled: Filled
  onChange: Dispatch<SetStateAction<Filled>>
  error: string | undefined
}

const makeNew = ''

/** An inbox or a connection: one that exists and fits, or a new one and its name. */
export function Made({ recipe, input, filled, onChange, error }: Props) {
  const existing = useExisting(recipe, input)
  const reused = filled.reuse[input.name] ?? makeNew
  const inbox = input.type === 'inbox'
  const all = [...existing, { value: makeNew, label: inbox ? 'A new inbox' : 'A new connection', detail: '' }]
  return (
    <Stack gap="sm">
      {existing.length > 0 && (
        <Radio.Group
          label={input.label}
          description={
            inbox ? 'One that receives from this app already, or a new one.' : 'One that you have, or a new one.'
          }
          value={reused}
          error={reused === makeNew ? undefined : error}
          onChange={(next) => onChange((old) => ({ ...old, reuse: { ...old.reuse, [input.name]: next } }))}
        >
          <Stack gap="xs" mt="xs">
            {all.map(({ value, label, detail }) => (
              <div key={value} className={classes.choice} data-chosen={value === reused || undefined}>
                <Radio value={value} label={label} description={detail || undefined} />
              </div>
            ))}
          </Stack>
        </Radio.Group>
      )}
      {reused === makeNew && (
        <TextInput
          label={inbox ? input.label : 'Name of the new connection'}
          description={inbox ? input.help : undefined}
          value={filled.values[input.name] ?? ''}
          error={error}
          onChange={(e) => {
            const value = e.currentTarget.value
            onChange((old) => ({ ...old, values: { ...old.values, [input.name]: value } }))
          }}
        />
      )}
    </Stack>
  )
}

/** What exists and fits: inboxes with the same sender check, connections of the same kind for the same app. */
function useExisting(recipe: Recipe, input: RecipeInput): { value: string; label: string; detail: string }[] {
  const boxes = useQuery({ ...inboxListQuery, enabled: input.type === 'inbox' })
  const connections = useQuery({ ...connectionsQuery, enabled: input.type === 'connection' })
  if (input.type === 'inbox') {
    const fitting = boxes.data?.items.filter((b) => b.verify.scheme === recipe.scheme) ?? []
    return fitting.map((b) => ({ value: b.name, label: b.title || b.name, detail: b.name }))
  }
  const fitting = connections.data?.items.filter((c) => c.type === input.connection && serves(c, input.hosts)) ?? []
  return fitting.map((c) => ({ value: c.name, label: connectionTitle(c), detail: c.lastError || c.name }))
}

/** Whether a connection may be used for the app: it is not kept to other hosts. */
function serves({ with: set }: Connection, hosts: readonly string[]): boolean {
  const own: unknown = set['hosts']
  return hosts.length === 0 || !Array.isArray(own) || own.some((h) => hosts.some((x) => x === h))
}
