import { Checkbox, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import type { Dispatch, SetStateAction } from 'react'
import type { Filled } from './answers'
import { Made } from './Made'
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
  const set = (next: string) =>
    onChange((old) => ({ ...old, values: { ...old.values, [input.name]: next }, settled: untried(recipe, input, old) }))
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
            description="Events are held until you paste it."
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

/** A connection whose answers change has to be tried anew. */
const untried = (recipe: Recipe, input: RecipeInput, { settled }: Filled): Filled['settled'] => {
  const owners = recipe.inputs.filter((i) => i.notAsked.includes(input.name)).map((i) => i.name)
  return Object.fromEntries(Object.entries(settled).filter(([name]) => !owners.includes(name)))
}
