import { SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { Dispatch, SetStateAction } from 'react'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import type { Filled } from './answers'
import type { Recipe } from './queries'
import { RecipeFacts } from './RecipeFacts'
import classes from './recipes.module.css'
import { RuleSentences, Sample } from './Trial'

interface Props {
  recipe: Recipe
  filled: Filled
  onChange: Dispatch<SetStateAction<Filled>>
  errors: Readonly<Record<string, string>>
  preview: Schemas['RecipePreview'] | undefined
  error: Error | null
  behind: boolean
}

/** All of it at a glance: what becomes of each example, and what is made. */
export function Check({ filled, onChange, errors, preview, error, behind }: Props) {
  if (error !== null) return <ErrorAlert error={error} title="There is no preview." />
  if (preview === undefined) return <CardSkeleton height={240} />
  const renames = new Set([
    ...Object.keys(filled.rename),
    ...Object.keys(errors).flatMap((f) => f.match(/^rename\.(.*)$/)?.[1] ?? []),
  ])
  const missing = preview.problems.filter((p) => !(p.location ?? '').startsWith('body.rename.'))
  return (
    <Stack gap="md" aria-busy={behind}>
      <RuleSentences preview={preview} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {preview.samples.map((sample) => (
          <div key={sample.title} className={classes.example}>
            <Sample sample={sample} />
          </div>
        ))}
      </SimpleGrid>
      <RecipeFacts permissions={preview.permissions} />
      {[...renames].map((id) => (
        <TextInput
          key={id}
          label={`Another short name for the rule “${id}”`}
          description="A rule of this name is there already; it stays as it is."
          value={filled.rename[id] ?? ''}
          error={errors[`rename.${id}`]}
          onChange={(e) => {
            const value = e.currentTarget.value
            onChange((old) => ({ ...old, rename: { ...old.rename, [id]: value } }))
          }}
        />
      ))}
      {missing.length > 0 && (
        <ul className={classes.steps} role="status" aria-label="What is missing">
          {missing.map((p) => (
            <li key={p.location}>{p.message}</li>
          ))}
        </ul>
      )}
    </Stack>
  )
}
