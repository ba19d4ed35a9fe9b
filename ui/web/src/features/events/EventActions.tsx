import { ActionIcon, Button, Text, VisuallyHidden } from '@mantine/core'
import { IconPencil, IconPlayerPlay, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { useInboxTitle } from '@/api/inboxes'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { showDone } from '@/components/UndoToast'
import { EditEvent } from './EditEvent'
import classes from './events.module.css'
import type { EventDetail } from './queries'
import { useRunAgain } from './runAgain'

interface Props {
  event: EventDetail
  onDeleted: () => void
}

type Open = 'run' | 'edit' | 'delete' | undefined

/** What can be done with an event. */
export function EventActions({ event, onDeleted }: Props) {
  const queries = useQueryClient()
  const list = event.items > 0 // rules have to do with its items
  const [open, setOpen] = useState<Open>()
  const inboxTitle = useInboxTitle()
  const close = () => setOpen(undefined)
  const run = useRunAgain(event.id, close)
  const remove = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/events/{id}', { params: { path: { id: event.id } } })),
    onSuccess: () => {
      close()
      showDone('The event was deleted.')
      onDeleted()
      void queries.invalidateQueries({ queryKey: ['events', 'list'] })
    },
  })
  return (
    <>
      <ActionIcon variant="subtle" color="red" size={36} onClick={() => setOpen('delete')} mr="auto" title="Delete">
        <IconTrash size={18} aria-hidden />
        <VisuallyHidden>Delete this event</VisuallyHidden>
      </ActionIcon>
      {!list && (
        <ActionIcon variant="default" size={36} onClick={() => setOpen('edit')} title="Edit and run again">
          <IconPencil size={18} aria-hidden />
          <VisuallyHidden>Edit and run again</VisuallyHidden>
        </ActionIcon>
      )}
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={16} aria-hidden />}
        onClick={() => setOpen('run')}
        className={classes.again}
      >
        Run again
      </Button>
      {!list && (
        <Button component={Link} to="/rules/new" search={{ event: event.id } as never} className={classes.make}>
          Make a rule<span className={classes.long}>&nbsp;from this event</span>
        </Button>
      )}
      <ConfirmDialog
        opened={open === 'run'}
        onClose={close}
        title="Run this event again?"
        confirm="Run again"
        onConfirm={() => run.mutate({})}
        busy={run.isPending}
        error={run.error}
      >
        {event.verdict === 'rejected' && (
          <Text mb="xs" fw={500}>
            This event was refused: it is not known who sent it.
          </Text>
        )}
        <Text>
          {list ? 'Each of its items goes' : 'It goes'} through the rules of <b>{inboxTitle(event.inbox)}</b> that are
          on today. What they do really happens: messages are sent.{' '}
          {list ? 'Those that were already here run again too.' : 'For one rule alone, see the tab Rules.'}
        </Text>
      </ConfirmDialog>
      {open === 'edit' && <EditEvent event={event} onClose={close} />}
      <ConfirmDialog
        opened={open === 'delete'}
        onClose={close}
        title="Delete this event?"
        confirm="Delete event"
        danger
        onConfirm={() => remove.mutate()}
        busy={remove.isPending}
        error={remove.error}
      >
        <Text>
          {list
            ? 'Its data, its items and the record of what rules did with them go for good.'
            : 'Its data and the record of what rules did with it go for good.'}
        </Text>
      </ConfirmDialog>
    </>
  )
}
