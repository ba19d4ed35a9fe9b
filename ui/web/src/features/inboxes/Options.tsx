import { Button, Card, Group, NumberInput, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { mayNot, useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import type { Inbox } from './queries'
import { useChangeInbox, useInboxDeed } from './useInbox'

/** How an inbox treats what comes in. */
export function Options({ box }: { box: Tagged<Inbox> }) {
  const may = useMay('change')
  const { managed } = box.value
  return (
    <Card component="section" aria-labelledby="options">
      <Stack gap="sm">
        <Title order={2} id="options">
          Options
        </Title>
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        {managed && <Text c="dimmed">From file. Change it in {managed}.</Text>}
        {may && !managed && (
          <>
            <Pause box={box} />
            <OptionForm key={box.etag} box={box} />
          </>
        )}
      </Stack>
    </Card>
  )
}

function Pause({ box }: { box: Tagged<Inbox> }) {
  const deed = useInboxDeed(box)
  const { paused } = box.value
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          loading={deed.isPending}
          onClick={() =>
            deed.mutate(paused ? 'resume' : 'pause', {
              onSuccess: () => showDone(paused ? 'The inbox is on again.' : 'The inbox is paused.'),
            })
          }
        >
          {paused ? 'Resume' : 'Pause'}
        </Button>
        <Text c="dimmed">{paused ? 'What comes in is held.' : 'While it is paused, what comes in is held.'}</Text>
      </Group>
      <ErrorAlert error={deed.error} />
    </Stack>
  )
}

function OptionForm({ box }: { box: Tagged<Inbox> }) {
  const { title = '', dedupe, limits, respond } = box.value
  const change = useChangeInbox(box)
  const [form, setForm] = useState({
    title,
    repeats: dedupe.off !== true,
    window: dedupe.window ?? '',
    body: limits.body ?? '',
    rate: limits.rate ?? '',
    status: respond.status ?? '',
    text: respond.text ?? '',
  })
  const set = (part: Partial<typeof form>) => setForm((old) => ({ ...old, ...part }))
  const save = () => {
    const { status: _status, text: _text, ...others } = respond
    change.mutate(
      {
        title: form.title,
        dedupe: { ...dedupe, off: !form.repeats, window: form.window },
        limits: { ...limits, body: form.body, rate: form.rate },
        respond: {
          ...others,
          ...(typeof form.status === 'number' ? { status: form.status } : {}),
          ...(form.text === '' ? {} : { text: form.text }),
        },
      },
      { onSuccess: () => showDone('Saved') },
    )
  }
  const text = (key: 'title' | 'window' | 'body' | 'rate' | 'text') => ({
    value: form[key],
    onChange: (e: { currentTarget: HTMLInputElement }) => set({ [key]: e.currentTarget.value }),
  })
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        save()
      }}
    >
      <Stack gap="sm" maw={480}>
        <TextInput label="Title" {...text('title')} />
        <Switch
          label="Ignore repeats"
          checked={form.repeats}
          onChange={(e) => set({ repeats: e.currentTarget.checked })}
        />
        {form.repeats && <TextInput label="Ignore repeats within" placeholder="24h" {...text('window')} />}
        <TextInput label="Largest size of an event" placeholder="1MiB" {...text('body')} />
        <TextInput label="Most events in a time" placeholder="500/s" {...text('rate')} />
        <NumberInput
          label="Answer to the sender: status"
          min={200}
          max={299}
          allowDecimal={false}
          value={form.status}
          onChange={(status) => set({ status })}
        />
        <TextInput label="Answer to the sender: text" {...text('text')} />
        <ErrorAlert error={change.error} title="The options are not saved." />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            Save options
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
