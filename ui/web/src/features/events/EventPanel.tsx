import { ActionIcon, Group, Tabs, Text, VisuallyHidden } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { SidePanel } from '@/components/SidePanel'
import { useUrlFilters } from '@/components/useUrlFilters'
import classes from './events.module.css'
import { DataTab } from './DataTab'
import { EventActions } from './EventActions'
import { EventItems } from './EventItems'
import { EventRules } from './EventRules'
import { EventRuns } from './EventRuns'
import { EventStanding } from './EventStanding'
import { type EventDetail, type EventSummary, eventQuery, titleOf } from './queries'
import { RawTab } from './RawTab'
import { TechnicalTab } from './TechnicalTab'

const ownArrows = '[role="tree"], [role="tablist"], [role="menu"], [aria-modal="true"], section[tabindex="0"]'

interface Props {
  id: string
  /** The list the event was opened from. */
  items: readonly EventSummary[]
  /** Opens another one; undefined closes the panel. */
  onOpen: (id: string | undefined) => void
}

export function EventPanel({ id, items, onOpen }: Props) {
  const queries = useQueryClient()
  const may = useMay('change')
  const { data, error, isPending, refetch } = useQuery(eventQuery(id))
  const place = items.findIndex((e) => e.id === id)
  const newer = place > 0 ? items[place - 1]?.id : place < 0 ? data?.newer || undefined : undefined
  const older = place >= 0 ? items[place + 1]?.id : data?.older || undefined
  useEffect(() => {
    if (older !== undefined) void queries.prefetchQuery(eventQuery(older))
  }, [older, queries])
  const go = (next: string | undefined) => next !== undefined && onOpen(next)
  // What moves or scrolls by itself keeps its arrows.
  const unlessInside = (then: () => void) => (e: KeyboardEvent) => {
    if (e.target instanceof Element && e.target.closest(ownArrows)) return
    e.preventDefault()
    then()
  }
  useHotkeys([
    ['ArrowUp', unlessInside(() => go(newer)), { preventDefault: false }],
    ['ArrowDown', unlessInside(() => go(older)), { preventDefault: false }],
  ])
  const known = data ?? items[place]
  const again = () => void refetch()
  return (
    <SidePanel
      opened
      beside
      onClose={() => onOpen(undefined)}
      title={
        <Group gap={4} wrap="nowrap">
          <ActionIcon disabled={newer === undefined} onClick={() => go(newer)}>
            <IconChevronUp size={20} aria-hidden />
            <VisuallyHidden>Newer event</VisuallyHidden>
          </ActionIcon>
          <ActionIcon disabled={older === undefined} onClick={() => go(older)}>
            <IconChevronDown size={20} aria-hidden />
            <VisuallyHidden>Older event</VisuallyHidden>
          </ActionIcon>
          <Text truncate fw={600} fz="md" ml={4}>
            <bdi>{known ? titleOf(known) : 'Event'}</bdi>
          </Text>
        </Group>
      }
      {...(data && may
        ? { footer: <EventActions key={data.id} event={data} onDeleted={() => onOpen(older ?? newer)} /> }
        : {})}
    >
      {known && <EventStanding event={known} />}
      <ErrorAlert error={error} title="The event could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={240} retry={again} />}
      {data && <EventTabs key={data.id} event={data} />}
    </SidePanel>
  )
}

function EventTabs({ event }: { event: EventDetail }) {
  const { values, set } = useUrlFilters(['tab'])
  // Rules have to do with the items of a list, not with the list.
  const list = event.items > 0
  const first = list ? 'items' : 'data'
  const there = ['data', 'raw', 'details', ...(list ? ['items'] : ['rules', 'runs'])]
  const tab = values['tab']
  return (
    <Tabs
      value={tab !== undefined && there.includes(tab) ? tab : first}
      onChange={(next) => set('tab', next === first ? undefined : (next ?? undefined))}
      keepMounted={false}
    >
      <Tabs.List mb="sm" className={classes.tabs}>
        {list && <Tabs.Tab value="items">Items ({event.items})</Tabs.Tab>}
        <Tabs.Tab value="data">Data</Tabs.Tab>
        <Tabs.Tab value="raw">Exactly as received</Tabs.Tab>
        <Tabs.Tab value="details">Technical details</Tabs.Tab>
        {!list && <Tabs.Tab value="rules">Rules</Tabs.Tab>}
        {!list && <Tabs.Tab value="runs">Runs{event.runs.length > 0 && ` (${event.runs.length})`}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value="items">
        <EventItems event={event} />
      </Tabs.Panel>
      <Tabs.Panel value="data">
        <DataTab event={event} />
      </Tabs.Panel>
      <Tabs.Panel value="raw">
        <RawTab event={event} />
      </Tabs.Panel>
      <Tabs.Panel value="details">
        <TechnicalTab event={event} />
      </Tabs.Panel>
      <Tabs.Panel value="rules">
        <EventRules event={event} />
      </Tabs.Panel>
      <Tabs.Panel value="runs">
        <EventRuns event={event} />
      </Tabs.Panel>
    </Tabs>
  )
}
