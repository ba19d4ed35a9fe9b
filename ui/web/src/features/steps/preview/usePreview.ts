import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import { type Against, keyOf } from '@/features/conditions'

type Rule = Schemas['RuleInput']

/** The part of a rule that a step's preview depends on. */
function stepsOnly({ name, inbox, inboxes, steps }: Rule): Rule {
  return {
    name: name || 'rule',
    ...(inbox === undefined ? {} : { inbox }),
    ...(inboxes === undefined ? {} : { inboxes }),
    ...(steps === undefined ? {} : { steps }),
  }
}

/** What a preview or a test of a step is asked with. */
export function askedOf(rule: Rule, step: string, against: Against, outputs: Readonly<Record<string, unknown>>) {
  const { eventId, sample } = against
  return {
    rule: stepsOnly(rule),
    step,
    outputs,
    ...(eventId === undefined ? (sample === undefined ? {} : { sample }) : { eventId }),
  }
}

/** What a step would do, a moment after the last key; the one before stays until the next is there. */
export function usePreview(rule: Rule, step: string, against: Against, outputs: Readonly<Record<string, unknown>>) {
  const asked = askedOf(rule, step, against, outputs)
  const [event] = keyOf(against)
  const now = JSON.stringify([event, asked.rule, step, outputs])
  const [settled] = useDebouncedValue(now, 150)
  const query = useQuery({
    queryKey: ['preview', step, settled],
    // While it is being written, what was asked last stays shown.
    enabled: settled === now,
    gcTime: 60_000,
    retry: false,
    placeholderData: (before: Schemas['StepPreview'] | undefined, by) =>
      by?.queryKey[1] === step ? before : undefined,
    queryFn: ({ signal }): Promise<Schemas['StepPreview']> =>
      answer(client.POST('/api/v1/preview', { body: asked, signal })),
  })
  return { ...query, behind: settled !== now || query.isPlaceholderData }
}
