import { Stack, Text, Title } from '@mantine/core'
import type { Dispatch, SetStateAction } from 'react'
import { asked, type Filled, partOf } from './answers'
import { InputField } from './InputField'
import type { Recipe } from './queries'
import classes from './recipes.module.css'
import { canTry, TestConnection } from './TestConnection'

interface Props {
  recipe: Recipe
  filled: Filled
  onChange: Dispatch<SetStateAction<Filled>>
  errors: Readonly<Record<string, string>>
  problems: Readonly<Record<string, string>>
}

/** The apps that something is sent to: what is done there, the connection, and whether it works. */
export function Destination({ recipe, filled, onChange, errors, problems }: Props) {
  const inputs = asked(recipe, filled).filter((i) => partOf(recipe, i) === 'destination')
  const guides = recipe.destinations.filter((d) => d.steps.length > 0)
  if (inputs.length === 0 && guides.length === 0) return <Text>Nothing is asked here.</Text>
  return (
    <Stack gap="lg">
      {guides.map(({ app, steps }) => (
        <Stack key={app} gap="xs">
          <Title order={3} fz="sm">
            In {app}
          </Title>
          <ol className={classes.steps}>
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </Stack>
      ))}
      {inputs.map((input) => {
        const own = [input.name, ...input.notAsked]
        const props = { recipe, filled, onChange }
        if (!input.creates) return null // asked with the connection that it belongs to
        return (
          <Stack key={input.name} gap="sm">
            {inputs
              .filter((i) => own.includes(i.name))
              .map((i) => (
                <InputField key={i.name} {...props} input={i} error={errors[`inputs.${i.name}`]} />
              ))}
            {canTry(input) && !filled.reuse[input.name] && (
              <TestConnection {...props} input={input} faults={own.filter((name) => problems[`inputs.${name}`])} />
            )}
          </Stack>
        )
      })}
    </Stack>
  )
}
