import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import { answersOf, type Filled } from './answers'
import type { Recipe, RecipeInput } from './queries'

interface Props {
  recipe: Recipe
  input: RecipeInput
  filled: Filled
  onChange: (change: (old: Filled) => Filled) => void
  /** Answers of this connection that are missing or wrong. */
  faults: readonly string[]
}

/** Whether a test of a connection sends something. Of others only the first message shows whether they work. */
export const canTry = (input: RecipeInput): boolean => ['slack', 'smtp'].includes(input.connection)

/** A new connection is tried, or knowingly not; only then it goes on. */
export function TestConnection({ recipe, input, filled, onChange, faults }: Props) {
  const [lost, setLost] = useState(false)
  const app = recipe.to.length === 1 ? (recipe.to[0] ?? '') : 'the app'
  const settle = (how: 'works' | 'skipped') =>
    onChange((old) => ({ ...old, settled: { ...old.settled, [input.name]: how } }))
  const test = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/recipes/{id}/test', {
          params: { path: { id: recipe.name } },
          body: { ...answersOf(recipe, filled), connection: input.name },
        }),
      ),
    onMutate: () => setLost(false),
  })
  const settled = filled.settled[input.name]
  const asks = test.data !== undefined && settled === undefined && !lost
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button
          {...(settled ? { variant: 'default' as const } : {})}
          disabled={faults.length > 0}
          loading={test.isPending}
          onClick={() => test.mutate()}
        >
          Send test
        </Button>
        {settled === undefined && (
          <Button variant="subtle" disabled={faults.length > 0} onClick={() => settle('skipped')}>
            Go on without a test
          </Button>
        )}
        {settled === 'skipped' && <Text c="dimmed">Not tested.</Text>}
      </Group>
      <div role="status">
        {test.data && (
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <StatusBadge status={{ role: 'good', word: 'Works' }} />
            <Text>{test.data.message}</Text>
          </Group>
        )}
        {asks && (
          <Group gap="sm" mt="xs">
            <Text>Did it arrive in {app}?</Text>
            <Button size="xs" variant="default" onClick={() => settle('works')}>
              Yes
            </Button>
            <Button size="xs" variant="default" onClick={() => setLost(true)}>
              No
            </Button>
          </Group>
        )}
        {lost && (
          <Text mt="xs">
            {app} took the message. Look whether it went to another channel or mailbox, correct what stands above, and
            send the test again.
          </Text>
        )}
      </div>
      <ErrorAlert error={test.error} title="The test did not go well." />
    </Stack>
  )
}
