import { Button, Group, Stack, Switch, Text } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { useSession } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Sentence } from '@/components/Sentence'
import { connectionsQuery, connectionTitle } from '@/features/connections'
import { PreviewFaults } from '../preview/PreviewFaults'
import { askedOf, usePreview } from '../preview/usePreview'
import { useStep } from '../useStep'
import { contentOf } from './test'
import { TestResult } from './TestResult'
import { testWarning } from './warning'
import classes from './test.module.css'

/** Does the step once, for real. What it will do is said before, what it did after. */
export function SendTest() {
  const { step, spec, index, rule, against, answers, tested, onTested } = useStep()
  const me = useSession().user?.email
  const [toMe, setToMe] = useState(true)
  const { data: preview, error: refused } = usePreview(rule, step.key, against, answers.outputs)
  const { data: connections } = useQuery(connectionsQuery)
  const connection = connections?.items.find((c) => c.name === step.connection)
  const name = connection && connectionTitle(connection)
  const mail = step.action === 'email'
  const send = useMutation({
    mutationFn: async () => {
      const body = {
        ...askedOf(rule, step.key, against, answers.outputs),
        ...(mail ? { toMe: toMe && me !== undefined } : {}),
      }
      return { result: await answer(client.POST('/api/v1/test-step', { body })), content: contentOf(step) }
    },
    onSuccess: onTested,
  })
  const test = (
    <Button
      variant="default"
      leftSection={<IconSend size={16} aria-hidden="true" />}
      loading={send.isPending}
      onClick={() => send.mutate()}
    >
      Send test
    </Button>
  )
  return (
    <section className={classes.test} aria-label="Send test">
      <Stack gap="sm">
        {mail && me !== undefined && (
          <Switch
            label="To me instead of the recipients"
            checked={toMe}
            onChange={(e) => setToMe(e.currentTarget.checked)}
          />
        )}
        <Group gap="sm">
          {test}
          <Text size="xs" c="dimmed" className={classes.warning}>
            {refused === null && preview?.skipped ? (
              'For this event the step does nothing.'
            ) : (
              <Sentence parts={testWarning({ step, preview, toMe: mail && toMe ? me : undefined, connection: name })} />
            )}
            {answers.examples.length > 0 && ' It uses example answers of steps that did not run yet.'}
          </Text>
        </Group>
        {send.error instanceof ProblemError && send.error.status === 422 ? (
          <PreviewFaults error={send.error} step={step} index={index} spec={spec} />
        ) : (
          <ErrorAlert error={send.error} title="The test could not be made." />
        )}
        {tested !== undefined && !send.isPending && send.error === null && (
          <TestResult test={tested} connection={name ?? ''} onRetry={() => send.mutate()} />
        )}
      </Stack>
    </section>
  )
}
