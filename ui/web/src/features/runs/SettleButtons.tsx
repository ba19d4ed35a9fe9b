import { Button, Group } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { showDone } from '@/components/UndoToast'
import { type RunSummary, runQuery, useRetry, useSettle, useStop } from './queries'

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
  const queries = useQueryClient()
  const [deed, setDeed] = useState<Deed>('arrived')
  const [asked, setAsked] = useState(false)
  const settle = useSettle(run.id)
  const retry = useRetry(run.id)
  const stop = useStop(run.id)
  if (!may) return null
  const ask = (next: Deed) => {
    settle.reset()
    retry.reset()
    stop.reset()
    setDeed(next)
    setAsked(true)
  }
  const end = {
    onSuccess: () => {
      setAsked(false)
      showDone(words[deed].done)
    },
  }
  const go = async () => {
    if (deed === 'again') retry.mutate({}, end)
    else if (deed === 'skip') stop.mutate('', end)
    else {
      const { steps } = await queries.fetchQuery(runQuery(run.id))
      settle.mutate(steps.find((s) => s.outcome === 'unknown' && s.state === 'failed')?.key ?? '', end)
    }
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
        onConfirm={() => void go()}
        busy={settle.isPending || retry.isPending || stop.isPending}
        error={settle.error ?? retry.error ?? stop.error}
      >
        {says}
      </ConfirmDialog>
    </Group>
  )
}
