import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { showDone } from '@/components/UndoToast'
import { type RunSummary, useRetry, useSettle, useStop } from './queries'

type Deed = 'arrived' | 'again' | 'skip'

const words: Record<Deed, { title: string; says: string; done: string; confirm: string }> = {
  arrived: {
    title: 'Did it arrive?',
    says: 'The step counts as sent, and the run goes on after it.',
    confirm: 'It arrived',
    done: 'Noted. The run goes on.',
  },
  again: {
    title: 'Send it again?',
    says: 'It may have been sent already. Then it arrives twice.',
    confirm: 'Send again',
    done: 'Sending again.',
  },
  skip: {
    title: 'Skip this run?',
    says: 'It ends here. Nothing more of it will be sent.',
    confirm: 'Skip',
    done: 'Skipped.',
  },
}

/** What a person can say of a run that may have been sent. */
export function SettleButtons({ run }: { run: RunSummary }) {
  const may = useMay('change')
  const [deed, setDeed] = useState<Deed>('arrived')
  const [asked, setAsked] = useState(false)
  const done = () => {
    setAsked(false)
    showDone(words[deed].done)
  }
  const settle = useSettle(run.id, done)
  const retry = useRetry(run.id, done)
  const stop = useStop(run.id, done)
  if (!may) return null
  const ask = (next: Deed) => {
    settle.reset()
    retry.reset()
    stop.reset()
    setDeed(next)
    setAsked(true)
  }
  const go = () => {
    if (deed === 'again') retry.mutate({})
    else if (deed === 'skip') stop.mutate('')
    else settle.mutate(undefined)
  }
  const { title, says, confirm } = words[deed]
  return (
    <Group gap={4} wrap="nowrap">
      <Button size="xs" variant="default" onClick={() => ask('arrived')}>
        It arrived
      </Button>
      <Button size="xs" variant="default" onClick={() => ask('again')}>
        Send again
      </Button>
      <Button size="xs" variant="default" onClick={() => ask('skip')}>
        Skip
      </Button>
      <ConfirmDialog
        opened={asked}
        onClose={() => setAsked(false)}
        title={title}
        confirm={confirm}
        onConfirm={go}
        busy={settle.isPending || retry.isPending || stop.isPending}
        error={settle.error ?? retry.error ?? stop.error}
      >
        {says}
      </ConfirmDialog>
    </Group>
  )
}
