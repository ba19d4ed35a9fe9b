import { Button } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useMay } from '@/api/session'
import { useUrlFilters } from '@/components/useUrlFilters'
import { RunAllAgain } from './RunAllAgain'
import classes from './events.module.css'
import type { EventFilters } from './queries'

interface Props {
  filters: EventFilters
  paused: boolean
  onPause: (paused: boolean) => void
  /** One event is open: what is done then is done to it alone. */
  single: boolean
}

/** What can be done with the list as a whole. */
export function ListActions({ filters, paused, onPause, single }: Props) {
  const may = useMay('change')
  // Without a filter it would be everything that ever came in.
  const narrowed = Object.values(filters).some((value) => value !== undefined)
  const Icon = paused ? IconPlayerPlay : IconPlayerPause
  const { set } = useUrlFilters(['missing'])
  return (
    <>
      <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={() => onPause(!paused)}>
        {paused ? 'Go on' : 'Pause'}
      </Button>
      {may && !single && narrowed && <RunAllAgain filters={filters} />}
      {!single && (
        <Button variant="subtle" className={classes.missing} onClick={() => set('missing', 'yes')}>
          Something missing?
        </Button>
      )}
    </>
  )
}
