import { Button, Card, Group, Stack, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { fieldErrors, nameOf } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { answersOf, asked, connectionInputs, partOf } from './answers'
import { Check } from './Check'
import { Destination } from './Destination'
import { InputField } from './InputField'
import { previewQuery, type Recipe, useImport } from './queries'
import classes from './recipes.module.css'
import { type Step, steps } from './routes'
import { Sender } from './Sender'
import { StepLine, stepTitles } from './StepLine'
import { Trial } from './Trial'
import { canTry } from './TestConnection'
import { useFree } from './useFree'
import { forget, useKept } from './useKept'

const route = getRouteApi('/shell/recipes/$name')

/** Asks step by step what is missing; beside it stands what would be sent. Nothing is made before the end. */
export function Wizard({ recipe }: { recipe: Recipe }) {
  const { step = 'choices' } = route.useSearch()
  const navigate = route.useNavigate()
  const [filled, setFilled] = useKept(recipe)
  const [wanted, setWanted] = useState<Step>()
  const make = useImport(recipe.name)
  const queries = useQueryClient()
  useFree(recipe, setFilled)
  const answers = answersOf(recipe, filled)
  const [settled] = useDebouncedValue(answers, 400)
  const preview = useQuery(previewQuery(recipe.name, settled))
  const titles = stepTitles(recipe)
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useRef(step)
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus()
    shown.current = step
  }, [step])

  const needed = asked(recipe, filled)
  const all = {
    ...Object.fromEntries((preview.data?.problems ?? []).map((p) => [nameOf(p), p.message])),
    ...fieldErrors(make.error),
  }
  const isOf = (s: Step, name: string) =>
    s === 'check'
      ? name.startsWith('rename.')
      : needed.some((i) => `inputs.${i.name}` === name && partOf(recipe, i) === s)
  // What is only missing is told once the person wants to go on.
  const tells = (name: string) =>
    name.startsWith('rename.') || wanted === step || (filled.values[name.slice('inputs.'.length)] ?? '') !== ''
  const errors = Object.fromEntries(Object.entries(all).filter(([name]) => tells(name)))
  const open =
    step === 'destination'
      ? connectionInputs(recipe).filter((i) => canTry(i) && !filled.reuse[i.name] && !filled.settled[i.name])
      : []
  const at = steps.indexOf(step)
  const go = (to: Step) => void navigate({ search: { step: to } })
  // What stands there now decides, not what the preview still shows.
  const next = useMutation({
    mutationFn: () => queries.fetchQuery(previewQuery(recipe.name, answers)),
    onSuccess: ({ problems }) => {
      const to = steps[at + 1]
      if (problems.some((p) => isOf(step, nameOf(p)))) setWanted(step)
      else if (to) go(to)
    },
  })
  const finish = () =>
    make.mutate(answers, {
      onSuccess: (made) => {
        forget(recipe)
        const rule = made.changes.find((c) => c.kind === 'rule')?.name
        void navigate({ search: { inbox: made.inbox, ...(rule ? { rule } : {}) }, replace: true })
      },
    })
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
              {titles[at]}
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
