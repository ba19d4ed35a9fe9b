import { Button, Card, Group, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { partOf } from './answers'
import { Check } from './Check'
import { Destination } from './Destination'
import { InputField } from './InputField'
import type { Recipe } from './queries'
import classes from './recipes.module.css'
import { type Step, steps } from './routes'
import { Sender } from './Sender'
import { StepLine, stepTitles } from './StepLine'
import { Trial } from './Trial'
import { useWizard } from './useWizard'

/** Asks step by step what is missing; beside it stands what would be sent. Nothing is made before the end. */
export function Wizard({ recipe }: { recipe: Recipe }) {
  const { step, heading, filled, setFilled, preview, needed, all, errors, open, at, go, next, make, finish } =
    useWizard(recipe)
  const props = { recipe, filled, onChange: setFilled, errors }
  const blocked = preview.data?.permissions.programs.some((p) => !p.allowed) ?? false
  const bodies: Record<Step, ReactNode> = {
    choices: needed
      .filter((i) => partOf(recipe, i) === 'choices')
      .map((input) => <InputField key={input.name} {...props} input={input} error={errors[`inputs.${input.name}`]} />),
    destination: <Destination {...props} problems={all} />,
    sender: <Sender {...props} />,
    check: <Check {...props} preview={preview.data} error={preview.error} behind={preview.isFetching} />,
  }
  return (
    <form
      noValidate
      onSubmit={(e) => {
        e.preventDefault()
        if (step === 'check') finish()
        else next.mutate()
      }}
    >
      <StepLine recipe={recipe} step={step} />
      <div className={step === 'check' ? undefined : classes.page}>
        <Card component="section" aria-labelledby="step">
          <Stack gap="md">
            <Title order={2} id="step" ref={heading} tabIndex={-1}>
              {stepTitles(recipe)[at]}
            </Title>
            {bodies[step]}
            {step !== 'check' && <ErrorAlert error={next.error} title="The answers could not be checked." />}
            {step === 'check' && (
              <ErrorAlert error={make.error} title="Nothing was made." shown={Object.keys(errors)} />
            )}
            <Group justify="space-between">
              {at > 0 ? (
                <Button variant="default" onClick={() => go(steps[at - 1] ?? 'choices')}>
                  Back
                </Button>
              ) : (
                <span />
              )}
              {step === 'check' ? (
                <Button type="submit" loading={make.isPending} disabled={blocked}>
                  Create and turn on
                </Button>
              ) : (
                open.length === 0 && (
                  <Button type="submit" loading={next.isPending}>
                    Next
                  </Button>
                )
              )}
            </Group>
          </Stack>
        </Card>
        {step !== 'check' && (
          <div className={classes.side}>
            <Trial preview={preview.data} error={preview.error} behind={preview.isFetching} />
          </div>
        )}
      </div>
    </form>
  )
}
