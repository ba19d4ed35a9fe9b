import { Alert, Button, Group, Text } from '@mantine/core'
import { IconInbox, IconInfoCircle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { inboxListQuery } from '@/api/inboxes'
import { useSession } from '@/api/session'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FormSkeleton } from '@/components/Loading'
import { eventQuery } from '@/features/events'
import { forget, foundNew, type Kept, type RuleInput } from './edit'
import { RuleFrame } from './frame/RuleFrame'
import { kindsQuery } from './queries'
import type { FrameProps } from './RulePage'
import { startOf } from './startOf'

interface Props {
  inbox: string | undefined
  /** What it wants of an event, beside its kind. */
  when: string | undefined
  frame: FrameProps
}

/** The editor with a rule that is not stored yet, begun from an event where one is given. */
export function NewRule({ inbox, when, frame }: Props) {
  const boxes = useQuery(inboxListQuery)
  const event = useQuery({ ...eventQuery(frame.event ?? ''), enabled: frame.event !== undefined })
  const kinds = useQuery({ ...kindsQuery(event.data?.inbox ?? ''), enabled: Boolean(event.data?.type) })
  const [start, setStart] = useState<RuleInput>()
  // Once it is begun, the editor stays, whatever becomes of what it was begun from.
  if (start !== undefined) return <Begun start={start} frame={frame} />
  if (boxes.data === undefined || (frame.event !== undefined && event.data === undefined) || kinds.isLoading) {
    const error = boxes.error ?? event.error
    return error === null ? <FormSkeleton /> : <ErrorAlert error={error} title="The editor could not be opened." />
  }
  const titleOf = (kind: string) => kinds.data?.items.find((k) => k.type === kind && k.title !== kind)?.title
  if (boxes.data.items.length === 0) {
    return (
      <EmptyState
        first
        icon={IconInbox}
        title="An inbox comes first"
        actions={
          <Button component={Link} to="/inboxes">
            Go to Inboxes
          </Button>
        }
      >
        A rule says what happens when an event arrives in an inbox, and there is none yet.
      </EmptyState>
    )
  }
  setStart(startOf(boxes.data.items, { inbox, when, event: event.data }, titleOf))
  return <FormSkeleton />
}

function Begun({ start, frame }: { start: RuleInput; frame: FrameProps }) {
  const { who } = useSession()
  const [left, setLeft] = useState(() => foundNew(who))
  const [taken, setTaken] = useState<{ place: string; kept: Kept }>()
  const offered = taken === undefined ? left[0] : undefined
  return (
    <>
      {offered && (
        <Alert color="violet" variant="light" icon={<IconInfoCircle aria-hidden />} mb="md">
          <Group gap="sm" justify="space-between">
            <Text>
              A new rule, <b>{offered.kept.rule.name || 'without a name'}</b>, was never saved. It is kept in this
              browser.
            </Text>
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => setTaken(offered)}>
                Go on with it
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  forget(who, offered.place)
                  setLeft(left.slice(1))
                }}
              >
                Drop it
              </Button>
            </Group>
          </Group>
        </Alert>
      )}
      <RuleFrame key={taken?.place ?? ''} start={taken ? { name: '' } : start} place={taken?.place} {...frame} />
    </>
  )
}
