import { Alert, Anchor, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { openProblemsQuery } from '@/api/problems'
import { mayNot, useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'
import { runStatus } from '@/components/status'
import { clockText, withTimes } from '@/components/time'
import { TimeAgo } from '@/components/TimeAgo'
import { showDone } from '@/components/UndoToast'
import { type Run, useCheck, useStop } from './queries'
import { doneText } from './segments'
import { SettleButtons } from './SettleButtons'
import { withoutStep } from './words'

/** What a run that did not get through means, and what can be done about it. */
export function NextStep({ run }: { run: Run }) {
  if (run.state === 'waiting' && run.destination !== '') return <Waiting run={run} />
  if (run.state === 'failed' && run.unknown) return <Unsure run={run} />
  if (run.state !== 'failed') return null
  return <Failed run={run} />
}

function Failed({ run }: { run: Run }) {
  const may = useMay('change')
  const problems = useQuery(openProblemsQuery)
  const problem = problems.data?.items.find(
    (p) => run.reason.endsWith(p.reason) && p.rules.some((rule) => rule.id === run.ruleId),
  )
  const [asked, setAsked] = useState(false)
  const stop = useStop(run.id, () => setAsked(false))
  return (
    <Alert color="red" icon={<StatusIcon role={runStatus(run).role} size={18} />} title={withoutStep(run.reason)}>
      <Text>Mend the cause, then press Retry. {doneText(run.steps)}</Text>
      <Group gap="md" mt="xs">
        {may && (
          <Button size="sm" variant="default" onClick={() => setAsked(true)}>
            Skip
          </Button>
        )}
        <Anchor
          underline="always"
          renderRoot={(props) => (
            <Link to="/rules/$id" params={{ id: run.ruleId }} search={{ event: run.eventId }} {...props} />
          )}
        >
          Change the rule
        </Anchor>
        {problem && problem.failed > 1 && (
          <Anchor
            underline="always"
            renderRoot={(props) => <Link to="/problems/$id" params={{ id: problem.id }} {...props} />}
          >
            {countText(problem.failed, 'run')} failed the same way
          </Anchor>
        )}
      </Group>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title="Skip this run?"
        confirm="Skip"
        onConfirm={() => stop.mutate('')}
        busy={stop.isPending}
        error={stop.error}
      >
        It ends here. Nothing more of it will be sent.
      </ConfirmDialog>
    </Alert>
  )
}

function Waiting({ run }: { run: Run }) {
  const may = useMay('change')
  const problems = useQuery(openProblemsQuery)
  const problem = problems.data?.items.find((p) => p.destination === run.destination)
  const check = useCheck(() => showDone('Trying now.'))
  const stop = useStop(run.id)
  const tries = run.steps.find((s) => s.state === 'waiting')?.attempts.at(-1)?.number ?? 0
  return (
    <Alert color="blue" icon={<StatusIcon role={runStatus(run).role} size={18} />} title={withTimes(run.reason)}>
      {run.dueAt !== null && (
        <Text component="div">
          Trying again <TimeAgo at={run.dueAt} ahead />, at {clockText(run.dueAt, true)}: try {tries + 1}.{' '}
          {doneText(run.steps)}
        </Text>
      )}
      <ErrorAlert error={check.error ?? stop.error} />
      {may ? (
        <Group gap="xs" mt="xs">
          {problem && (
            <Button size="xs" loading={check.isPending} onClick={() => check.mutate(problem.id)}>
              Try now
            </Button>
          )}
          <Button size="xs" variant="default" loading={stop.isPending} onClick={() => stop.mutate('')}>
            Stop trying
          </Button>
        </Group>
      ) : (
        <Text mt="xs">{mayNot.change}</Text>
      )}
    </Alert>
  )
}

function Unsure({ run }: { run: Run }) {
  const may = useMay('change')
  const step = run.steps.find((s) => s.outcome === 'unknown' && s.state === 'failed')
  const attempt = step?.attempts.findLast((a) => a.outcome === 'unknown')
  return (
    <Alert color="yellow" icon={<StatusIcon role={runStatus(run).role} size={18} />} title="This may have been sent.">
      <Text mb="xs">
        {attempt ? `The message left at ${clockText(attempt.startedAt, true)}, but no answer came. ` : ''}
        Sending again may double it. {doneText(run.steps)}
      </Text>
      {may ? <SettleButtons run={run} /> : <Text>{mayNot.change}</Text>}
    </Alert>
  )
}
