import { Button, Text } from '@mantine/core'
import { IconRepeat } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { countText } from '@/components/format'
import { showDone } from '@/components/UndoToast'
import { type EventFilters, type EventQuery, toQuery } from './queries'

/** Puts all events that fit the filters through today's rules, after saying how many they are. */
export function RunAllAgain({ filters }: { filters: EventFilters }) {
  const queries = useQueryClient()
  const [opened, setOpened] = useState(false)
  const [filter, setFilter] = useState<EventQuery>({}) // a span of time must not move between counting and doing
  const count = useMutation({
    mutationFn: (counted: EventQuery) =>
      answer(client.POST('/api/v1/events/replay', { body: { filter: counted, dryRun: true } })),
  })
  const run = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/events/replay', { body: { filter } })),
    onSuccess: ({ runs, done }) => {
      setOpened(false)
      showDone(`${countText(done.length, 'event')} run again: ${countText(runs.length, 'run')} started.`)
      void queries.invalidateQueries({ queryKey: ['events'] })
    },
  })
  const events = countText(count.data?.count ?? 0, 'event')
  const ask = () => {
    run.reset()
    const counted = toQuery(filters)
    setFilter(counted)
    count.mutate(counted)
    setOpened(true)
  }
  return (
    <>
      <Button variant="default" leftSection={<IconRepeat size={16} aria-hidden />} onClick={ask}>
        Run these again
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={count.data ? `Run ${events} again?` : 'Run these again?'}
        confirm={count.data ? `Run ${events} again` : 'Counting'}
        onConfirm={() => {
          if (count.data && count.data.count > 0) run.mutate()
          else setOpened(false)
        }}
        busy={count.isPending || run.isPending}
        error={count.error ?? run.error}
      >
        <Text>
          {count.data?.count === 0
            ? 'No event fits the filters. Nothing will be started.'
            : 'They go through the rules that are on today. What those rules do really happens: messages are sent.'}
        </Text>
        {count.data?.more && <Text mt="xs">These are the first of more. Press again afterwards for the others.</Text>}
      </ConfirmDialog>
    </>
  )
}
