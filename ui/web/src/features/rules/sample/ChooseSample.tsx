import { Button, Modal, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { StatusBadge } from '@/components/StatusBadge'
import { originStatus } from '@/components/status'
import { titleOf } from '@/features/events'
import classes from './ChooseSample.module.css'
import { whenText } from './whenText'
import { type Choice, recentQuery, samplesQuery } from './useSample'

interface Props {
  inbox: string | undefined
  phone: boolean
  choice: Choice | undefined
  onChoose: (choice: Choice) => void
}

/** Chooses another event to look at. The rule stays as it is. */
export function ChooseSample({ inbox, phone, choice, onChoose }: Props) {
  const [opened, { open, close, toggle }] = useDisclosure(false)
  const list = (
    <Choices
      inbox={inbox}
      choice={choice}
      onChoose={(next) => {
        onChoose(next)
        close()
      }}
    />
  )
  if (phone) {
    return (
      <>
        <Button variant="default" onClick={open}>
          Change
        </Button>
        <Modal
          opened={opened}
          onClose={close}
          fullScreen
          title="Choose an event"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {list}
        </Modal>
      </>
    )
  }
  return (
    <Popover opened={opened} onDismiss={close} width={480} position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button variant="default" size="compact-sm" h={32} onClick={toggle}>
          Choose event…
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Choose an event">{list}</Popover.Dropdown>
    </Popover>
  )
}

function Choices({ inbox, choice, onChoose }: Omit<Props, 'phone'>) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 250)
  const { data, error, isPending, refetch } = useQuery(recentQuery(inbox ?? '', q))
  const samples = useQuery(samplesQuery)
  const made = (samples.data?.items ?? []).filter((s) =>
    `${s.providerTitle} ${s.title} ${s.event}`.toLowerCase().includes(q.toLowerCase()),
  )
  const chosen = choice && 'event' in choice ? choice.event : undefined
  return (
    <Stack gap="xs">
      <TextInput
        type="search"
        aria-label="Search events"
        placeholder="Search events"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        className={classes.search}
        data-autofocus
      />
      <ErrorAlert error={error} title="The events could not be loaded." retry={() => void refetch()} />
      <div className={classes.scroll}>
        {isPending && <ListSkeleton rows={4} />}
        {data?.items.length === 0 && (
          <Text c="dimmed" p="xs">
            {q === '' ? 'Nothing has come in yet.' : 'No event has that in it.'}
          </Text>
        )}
        <ul className={classes.list} aria-label="Newest events">
          {data?.items.map((event) => {
            const origin = originStatus(event.origin)
            return (
              <li key={event.id}>
                <UnstyledButton
                  className={classes.row}
                  aria-current={event.id === chosen || undefined}
                  onClick={() => onChoose({ event: event.id })}
                >
                  <span className={classes.title}>
                    <bdi>{titleOf(event)}</bdi>
                    {event.summary !== '' && event.type !== '' && (
                      <Text span c="dimmed" fz="xs">
                        {' '}
                        <bdi>{event.type}</bdi>
                      </Text>
                    )}
                  </span>
                  {origin && <StatusBadge status={{ role: origin.role, word: origin.word }} />}
                  <Text span c="dimmed" fz="xs">
                    {whenText(event.receivedAt)}
                  </Text>
                </UnstyledButton>
              </li>
            )
          })}
        </ul>
        {made.length > 0 && (
          <Text c="dimmed" fz="xs" fw={500} px="xs" pt="sm" pb={4} component="h3" m={0}>
            Made up, if nothing fits
          </Text>
        )}
        <ul className={classes.list} aria-label="Made-up samples">
          {made.map((builtIn) => (
            <li key={`${builtIn.provider} ${builtIn.event}`}>
              <UnstyledButton className={classes.row} onClick={() => onChoose({ builtIn })}>
                <span className={classes.title}>{builtIn.title}</span>
                <StatusBadge status={{ role: 'draft', word: 'Sample' }} />
              </UnstyledButton>
            </li>
          ))}
        </ul>
      </div>
    </Stack>
  )
}
