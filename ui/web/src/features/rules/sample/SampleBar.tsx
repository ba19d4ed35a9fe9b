import { ActionIcon, Button, Text, VisuallyHidden } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconLayoutSidebarRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { StatusBadge } from '@/components/StatusBadge'
import { originStatus } from '@/components/status'
import { fullTime } from '@/components/time'
import { titleOf } from '@/features/events'
import type { Width } from '../useWidth'
import { ChooseSample } from './ChooseSample'
import classes from './SampleBar.module.css'
import type { Sample } from './useSample'
import { whenText } from './whenText'

interface Props {
  inbox: string | undefined
  sample: Sample
  width: Width
  /** Whether the rule would run for it. */
  verdict?: ReactNode
  /** Opens the side panel where it is not beside the rule. */
  onPanel: () => void
}

/** The event that everything in the editor is shown and judged on. */
export function SampleBar({ inbox, sample, width, verdict, onPanel }: Props) {
  const { event, choose } = sample
  const phone = width === 'phone'
  return (
    <section className={classes.bar} aria-label="Sample">
      {phone ? verdict : <Origin sample={sample} />}
      <div className={classes.words}>
        <Summary sample={sample} />
      </div>
      {!phone && event && (
        <>
          <ActionIcon disabled={event.newer === ''} onClick={() => choose({ event: event.newer })}>
            <IconChevronLeft size={20} aria-hidden />
            <VisuallyHidden>Newer event</VisuallyHidden>
          </ActionIcon>
          <ActionIcon disabled={event.older === ''} onClick={() => choose({ event: event.older })}>
            <IconChevronRight size={20} aria-hidden />
            <VisuallyHidden>Older event</VisuallyHidden>
          </ActionIcon>
        </>
      )}
      <ChooseSample inbox={inbox} phone={phone} choice={sample.choice} onChoose={choose} />
      {!phone && <div className={classes.verdict}>{verdict}</div>}
      {width === 'narrow' && (
        <Button variant="default" leftSection={<IconLayoutSidebarRight size={16} aria-hidden />} onClick={onPanel}>
          Preview
        </Button>
      )}
    </section>
  )
}

function Origin({ sample: { choice, event } }: { sample: Sample }) {
  if (choice && 'builtIn' in choice)
    return (
      <StatusBadge status={{ role: 'draft', word: 'Sample', detail: 'Made up by Patchbay. It is stored nowhere.' }} />
    )
  if (event === undefined) return null
  return <StatusBadge status={originStatus(event.origin) ?? { role: 'neutral', word: 'Real' }} />
}

function Summary({ sample: { choice, event, error, missing } }: { sample: Sample }) {
  if (error !== null) return <Text truncate>The event could not be loaded. {error.message}</Text>
  if (choice && 'builtIn' in choice) return <Text truncate>{choice.builtIn.title}, made up</Text>
  if (event)
    return (
      <Text truncate title={fullTime(Date.parse(event.receivedAt))}>
        <bdi>{titleOf(event)}</bdi>
        <Text span c="dimmed">
          {' '}
          · {whenText(event.receivedAt)}
        </Text>
      </Text>
    )
  return <Text c="dimmed">{missing ? 'No event yet. Choose a sample to see real fields.' : ' '}</Text>
}
