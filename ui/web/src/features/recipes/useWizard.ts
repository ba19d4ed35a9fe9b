import { useDebouncedValue } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { fieldErrors, nameOf } from '@/api/problem'
import { answersOf, asked, connectionInputs, partOf } from './answers'
import { previewQuery, type Recipe, useImport } from './queries'
import { type Step, steps } from './routes'
import { canTry } from './TestConnection'
import { useFree } from './useFree'
import { forget, useKept } from './useKept'

const route = getRouteApi('/shell/recipes/$name')

/** Where the wizard stands, what was filled in, what is wrong with it, and the ways on. */
export function useWizard(recipe: Recipe) {
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
  return { step, heading, filled, setFilled, preview, needed, all, errors, open, at, go, next, make, finish }
}
