import { Button, Card, Group, Stack, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldErrors, nameOf } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { answersOf, asked, beginning, type Filled, type Part, partOf } from './answers'
import { InputField } from './InputField'
import { previewQuery, type Recipe, type useImport } from './queries'
import classes from './recipes.module.css'
import { Trial } from './Trial'

interface Props {
  recipe: Recipe
  make: ReturnType<typeof useImport>
}

/** Asks what is missing; beside it stands what would come of it. */
export function RecipeForm({ recipe, make }: Props) {
  const [filled, setFilled] = useState(() => beginning(recipe))
  const answers = answersOf(recipe, filled)
  const [settled] = useDebouncedValue(answers, 400)
  const preview = useQuery(previewQuery(recipe.name, settled))
  const errors = { ...wrong(preview.data?.problems ?? [], filled), ...fieldErrors(make.error) }
  const renames = [
    ...new Set([
      ...Object.keys(filled.rename),
      ...Object.keys(errors).flatMap((f) => f.match(/^rename\.(.*)$/)?.[1] ?? []),
    ]),
  ]
  const blocked = preview.data?.permissions.programs.filter((p) => !p.allowed) ?? []
  const parts: { part: Part; title: string; steps: string[] }[] = [
    { part: 'choices', title: 'Your choices', steps: [] },
    { part: 'destination', title: recipe.to.join(', '), steps: recipe.destinations.flatMap((d) => d.steps) },
    { part: 'sender', title: recipe.from.join(', '), steps: [] },
  ]
  const needed = asked(recipe, filled)
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        make.mutate(answers)
      }}
    >
      <div className={classes.page}>
        <Stack gap="md" miw={0}>
          {parts.map(({ part, title, steps }) => {
            const inputs = needed.filter((i) => partOf(recipe, i) === part)
            if (inputs.length === 0 && steps.length === 0) return null
            return (
              <Card key={part} component="section" aria-labelledby={`part-${part}`}>
                <Stack gap="sm">
                  <Title order={2} id={`part-${part}`}>
                    {title}
                  </Title>
                  {steps.length > 0 && <Steps steps={steps} />}
                  {inputs.map((input) => (
                    <InputField
                      key={input.name}
                      recipe={recipe}
                      input={input}
                      filled={filled}
                      onChange={setFilled}
                      error={errors[`inputs.${input.name}`]}
                    />
                  ))}
                </Stack>
              </Card>
            )
          })}
          {renames.map((id) => (
            <TextInput
              key={id}
              label={`Another short name for the rule “${id}”`}
              value={filled.rename[id] ?? ''}
              error={errors[`rename.${id}`]}
              onChange={(e) => {
                const value = e.currentTarget.value
                setFilled((old) => ({ ...old, rename: { ...old.rename, [id]: value } }))
              }}
            />
          ))}
          <ErrorAlert error={make.error} title="Nothing was made." shown={Object.keys(errors)} />
          <Group>
            <Button type="submit" loading={make.isPending} disabled={blocked.length > 0}>
              Create and turn on
            </Button>
          </Group>
        </Stack>
        <div className={classes.side}>
          <Trial preview={preview.data} error={preview.error} behind={preview.isFetching} />
        </div>
      </div>
    </form>
  )
}

function Steps({ steps }: { steps: readonly string[] }) {
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <li key={step}>{step}</li>
      ))}
    </ol>
  )
}

/** What is wrong about fields in which something stands; what is only missing is told when it is wanted. */
function wrong(problems: readonly Parameters<typeof nameOf>[0][], filled: Filled): Record<string, string> {
  const told = problems.filter((p) => {
    const name = nameOf(p)
    const input = /^inputs\.(.*)$/.exec(name)?.[1]
    return name.startsWith('rename.') || (input !== undefined && (filled.values[input] ?? '') !== '')
  })
  return Object.fromEntries(told.map((p) => [nameOf(p), p.message]))
}
