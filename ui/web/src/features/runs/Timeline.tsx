import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useInboxTitle } from '@/api/inboxes'
import { StatusBadge } from '@/components/StatusBadge'
import { StatusIcon } from '@/components/StatusIcon'
import { type Status, stepStatus } from '@/components/status'
import { TimeAgo } from '@/components/TimeAgo'
import { withTimes } from '@/components/time'
import { Sentence } from '@/components/Sentence'
import type { Run, RunStep } from './queries'
import classes from './Timeline.module.css'
import { TryBar } from './TryBar'
import { aboutText } from './words'

// After a retry a run starts anew, but this is told from its first try on.
function beganAt(run: Run): string | null {
  const starts = run.steps.flatMap((s) => s.attempts.map((a) => a.startedAt))
  return starts.reduce(
    (first, at) => (first === null || Date.parse(at) < Date.parse(first) ? at : first),
    run.startedAt,
  )
}

interface Props {
  run: Run
  chosen: string | undefined
  onChoose: (id: string) => void
}

/** What happened, from the event to the last step. */
export function Timeline({ run, chosen, onChoose }: Props) {
  const event: string = `/events/${run.eventId}`
  const inboxTitle = useInboxTitle()
  return (
    <ol className={classes.list} aria-label="What happened">
      <Moment at={run.createdAt}>
        <Anchor underline="always" renderRoot={(props) => <Link to={event} {...props} />}>
          Event
        </Anchor>{' '}
        received in <bdi>{inboxTitle(run.inbox)}</bdi>
        {aboutText(run) !== '' && (
          <Text span c="dimmed">
            {' · '}
            <bdi>{aboutText(run)}</bdi>
          </Text>
        )}
      </Moment>
      <Moment at={beganAt(run)}>
        <Sentence parts={['Started ', { name: run.ruleName || run.ruleId }, `, version ${run.ruleVersion}`]} />
      </Moment>
      {run.steps.map((step, i) => (
        <Step key={step.key} step={step} number={i + 1} run={run} chosen={chosen} onChoose={onChoose} />
      ))}
    </ol>
  )
}

function Moment({ at, children }: { at: string | null; children: ReactNode }) {
  const past: Status = { role: 'good', word: 'Done' }
  return (
    <li className={classes.moment}>
      <span className={classes.icon}>
        <StatusIcon role={past.role} />
      </span>
      <div className={classes.head}>
        <Text>{children}</Text>
        {at !== null && (
          <Text c="dimmed" fz="xs" component="div">
            <TimeAgo at={at} />
          </Text>
        )}
      </div>
    </li>
  )
}

const names: Readonly<Record<string, string>> = {
  http: 'Send to a web address',
  email: 'Send an email',
  slack: 'Send a Slack message',
  shell: 'Run a program on this server',
  note: 'Show a note in Patchbay',
  delay: 'Wait',
  filter: 'Stop unless',
  respond: 'Answer the sender',
}

function Step({ step, number, run, chosen, onChoose }: Props & { step: RunStep; number: number }) {
  const next = step.state === 'waiting' && run.state === 'waiting' ? run.dueAt : null
  const status = stepStatus({ ...step, retryAt: run.destination === '' ? null : next })
  return (
    <li className={classes.moment}>
      <span className={classes.icon}>
        <StatusIcon role={status.role} />
      </span>
      <div className={classes.head}>
        <Text fw={500}>
          {number}. <bdi>{step.name ? step.name : (names[step.action] ?? step.action)}</bdi>
        </Text>
        <StatusBadge status={{ role: status.role, word: status.word }} />
      </div>
      {step.reason && <Text c="dimmed">{withTimes(step.reason)}</Text>}
      {step.items !== undefined && (
        <Text c="dimmed" fz="xs">
          Repeated for each of {step.items.toLocaleString()} items
        </Text>
      )}
      {step.attempts.length > 0 && <TryBar step={step} next={next} chosen={chosen} onChoose={onChoose} />}
      {step.attempts.length === 0 && next !== null && (
        <Text c="dimmed" component="div">
          Goes on <TimeAgo at={next} ahead />
        </Text>
      )}
    </li>
  )
}
