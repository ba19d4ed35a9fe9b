import { Checkbox, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Dispatch, SetStateAction } from 'react'
import { inboxListQuery } from '@/api/inboxes'
import { connectionsQuery, connectionTitle } from '@/features/connections'
import type { Filled } from './answers'
import type { Recipe, RecipeInput } from './queries'

interface Props {
  recipe: Recipe
  input: RecipeInput
  filled: Filled
  onChange: Dispatch<SetStateAction<Filled>>
  error: string | undefined
}

/** One question of a recipe. */
export function InputField({ recipe, input, filled, onChange, error }: Props) {
  const value = filled.values[input.name] ?? ''
  const set = (next: string) => onChange((old) => ({ ...old, values: { ...old.values, [input.name]: next } }))
  const common = { label: input.label, description: input.help || undefined, error }
  if (input.creates) return <Made recipe={recipe} input={input} filled={filled} onChange={onChange} error={error} />
  if (input.type === 'choice') {
    return <Select {...common} data={input.choices} value={value || null} onChange={(next) => set(next ?? '')} />
  }
  if (input.type === 'secret') {
    return (
      <Stack gap={4}>
        {!(filled.later && input.canWait) && (
          <PasswordInput {...common} autoComplete="off" value={value} onChange={(e) => set(e.currentTarget.value)} />
        )}
        {input.canWait && (
          <Checkbox
            label={`I do not have it yet: ${input.label}`}
            description="Events are held until you enter it on the page of the inbox."
            checked={filled.later}
            onChange={(e) => {
              const later = e.currentTarget.checked
              onChange((old) => ({ ...old, later }))
            }}
          />
        )}
      </Stack>
    )
  }
  return (
    <TextInput
      {...common}
      value={value}
      inputMode={input.type === 'number' ? 'decimal' : input.type === 'address' ? 'url' : 'text'}
      placeholder={
        typeof input.example === 'string' || typeof input.example === 'number' ? `${input.example}` : undefined
      }
      onChange={(e) => set(e.currentTarget.value)}
    />
  )
}

const makeNew = ''

/** An inbox or a connection: one that exists, or a new one and its name. */
function Made({ recipe, input, filled, onChange, error }: Props) {
  const existing = useExisting(recipe, input)
  const reused = filled.reuse[input.name] ?? makeNew
  const inbox = input.type === 'inbox'
  return (
    <Stack gap="xs">
      {existing.length > 0 && (
        <Select
          label={inbox ? 'Inbox' : 'Connection'}
          data={[{ value: makeNew, label: inbox ? 'A new inbox' : 'A new connection' }, ...existing]}
          value={reused}
          allowDeselect={false}
          onChange={(next) => onChange((old) => ({ ...old, reuse: { ...old.reuse, [input.name]: next ?? makeNew } }))}
          error={reused === makeNew ? undefined : error}
        />
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

/** What exists and fits: inboxes with the same sender check, connections of the same kind. */
function useExisting(recipe: Recipe, input: RecipeInput): { value: string; label: string }[] {
  const boxes = useQuery({ ...inboxListQuery, enabled: input.type === 'inbox' })
  const connections = useQuery({ ...connectionsQuery, enabled: input.type === 'connection' })
  if (input.type === 'inbox') {
    const fitting = boxes.data?.items.filter((b) => b.verify.scheme === recipe.scheme) ?? []
    return fitting.map((b) => ({ value: b.name, label: b.title || b.name }))
  }
  const fitting = connections.data?.items.filter((c) => c.type === input.connection) ?? []
  return fitting.map((c) => ({ value: c.name, label: connectionTitle(c) }))
}
