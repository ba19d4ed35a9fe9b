import { useState } from 'react'
import { durationText } from '@/components/format'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { clockText } from '@/components/time'
import { TimeAgo } from '@/components/TimeAgo'
import type { RunAttempt, RunStep } from './queries'
import { byItem, idOf, type Segment, segmentsOf } from './segments'
import classes from './Timeline.module.css'

interface Props {
  step: RunStep
  /** When the run goes on; null when it is not this step that waits. */
  next: string | null
  chosen: string | undefined
  onChoose: (id: string) => void
}

/** The tries of a step, one bar each, with the waits between them hatched. */
export function TryBar({ step, next, chosen, onChoose }: Props) {
  const items = byItem(step)
  const many = step.items !== undefined
  return items.map(([item, attempts], i) => (
    <div key={item} className={classes.bar} role="group" aria-label={many ? `Item ${item + 1}` : 'Tries'}>
      {segmentsOf(attempts, i === items.length - 1 ? next : null).map((segment) =>
        segment.kind === 'try' ? (
          <Try
            key={idOf(step, segment.attempt)}
            segment={segment}
            item={many ? item + 1 : undefined}
            pauses={step.action === 'delay'}
            pressed={chosen === idOf(step, segment.attempt)}
            onPress={() => onChoose(idOf(step, segment.attempt))}
          />
        ) : (
          <Wait
            key={`wait-${segment.until ?? segment.milliseconds}`}
            segment={segment}
            pauses={step.action === 'delay'}
          />
        ),
      )}
    </div>
  ))
}

interface TryProps {
  segment: Extract<Segment, { kind: 'try' }>
  item: number | undefined
  /** The step waits because the rule says so: it is no try of anything. */
  pauses: boolean
  pressed: boolean
  onPress: () => void
}

function Try({ segment: { attempt, milliseconds }, item, pauses, pressed, onPress }: TryProps) {
  const role = roleOf(attempt)
  return (
    <button
      type="button"
      className={classes.try}
      data-role={role}
      aria-pressed={pressed}
      onClick={onPress}
      style={{ minWidth: `min(100%, ${Math.round(64 + 24 * Math.log10(1 + milliseconds))}px)` }}
    >
      <StatusIcon role={role} size={12} />
      {item === undefined ? '' : `Item ${item} · `}
      {pauses
        ? pauseText(attempt, milliseconds)
        : `Try ${attempt.number} · ${wordOf(attempt)} · ${durationText(milliseconds)}`}
    </button>
  )
}

function Wait({ segment, pauses }: { segment: Extract<Segment, { kind: 'wait' }>; pauses: boolean }) {
  const [open, setOpen] = useState(false)
  const folded = segment.folded && !open
  const width = folded ? undefined : Math.min(480, 40 + 60 * Math.log10(1 + segment.milliseconds / 1000))
  return (
    <button
      type="button"
      className={classes.wait}
      data-folded={folded || undefined}
      aria-expanded={segment.folded ? open : undefined}
      onClick={() => setOpen(!open)}
      style={width === undefined ? {} : { minWidth: `min(100%, ${width}px)` }}
    >
      {segment.until === undefined ? (
        `waited ${durationText(segment.milliseconds)}`
      ) : (
        <span>
          {pauses ? 'goes on' : 'next try'} <TimeAgo at={segment.until} ahead />, at {clockText(segment.until, true)}
        </span>
      )}
    </button>
  )
}

function roleOf(attempt: RunAttempt): StatusRole {
  if (attempt.state === 'succeeded') return 'good' // even if somebody had to see that it arrived
  if (attempt.outcome === 'unknown') return 'unsure'
  if (attempt.error !== '') return 'bad'
  if (attempt.state === 'running' || attempt.state === 'waiting') return 'moving'
  return 'neutral'
}

/** What a step that only waits does. */
function pauseText(attempt: RunAttempt, milliseconds: number): string {
  if (attempt.error !== '') return wordOf(attempt)
  return attempt.state === 'succeeded' ? `waited ${durationText(milliseconds)}` : 'waiting, as the rule says'
}

function wordOf(attempt: RunAttempt): string {
  if (attempt.state === 'succeeded') return attempt.outcome === 'sent' ? 'sent' : 'done'
  if (attempt.outcome === 'unknown') return 'may have been sent'
  if (attempt.error !== '') return attempt.outcome === 'not-sent' ? 'not sent' : 'failed'
  return 'working'
}
