import { Button, Group } from '@mantine/core'
import { IconPlayerSkipForward, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { useMay } from '@/api/session'
import { BulkDialog } from './BulkDialog'
import classes from './runs.module.css'
import { canRetry, canSkip, queryOf, type RunFilter, type RunQuery } from './filter'

/** Retry and Skip for all runs of a filter. They are left out where they could do nothing. */
export function BulkButtons({ filter }: { filter: RunFilter }) {
  const may = useMay('change')
  const [asked, setAsked] = useState<{ deed: 'retry' | 'skip'; filter: RunQuery; opened: boolean }>()
  if (!may) return null
  const ask = (deed: 'retry' | 'skip') => {
    const state = deed === 'retry' ? 'failed' : 'waiting'
    setAsked({ deed, filter: { state, ...queryOf(filter, Date.now()) }, opened: true })
  }
  return (
    <Group gap="xs" className={classes.bulk}>
      {canRetry(filter.state) && (
        <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => ask('retry')}>
          Retry failed…
        </Button>
      )}
      {canSkip(filter.state) && (
        <Button
          variant="default"
          leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
          onClick={() => ask('skip')}
        >
          Skip waiting…
        </Button>
      )}
      {asked && <BulkDialog {...asked} onClose={() => setAsked({ ...asked, opened: false })} />}
    </Group>
  )
}
