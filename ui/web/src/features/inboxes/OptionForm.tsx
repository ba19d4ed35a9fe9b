import { Anchor, Button, Group, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tagged } from '@/api/client'
import { fieldErrors } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Saved } from '@/components/Saved'
import { changeOf, optionsOf } from './options'
import type { Inbox } from './queries'
import { useChangeInbox } from './useInbox'

const shown = [
  'title',
  'dedupe.window',
  'limits.body',
  'limits.rate',
  'keep.age',
  'keep.matched',
  'respond.status',
  'respond.text',
]

/** Title, repeats, limits, how long events are kept, and what a sender is answered. */
export function OptionForm({ box }: { box: Tagged<Inbox> }) {
  const change = useChangeInbox(box)
  const [base, setBase] = useState(box)
  const [savedAt, setSavedAt] = useState<number>()
  const form = useForm({ mode: 'controlled', initialValues: optionsOf(box.value) })
  // What somebody else has changed is shown where nothing was typed.
  if (box.etag !== base.etag && !form.isDirty()) {
    setBase(box)
    form.setInitialValues(optionsOf(box.value))
    form.setValues(optionsOf(box.value))
  }
  const save = form.onSubmit((now) =>
    change.mutate(changeOf(box.value, optionsOf(base.value), now), {
      onSuccess: () => {
        form.resetDirty(now)
        setSavedAt(Date.now())
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  )
  const repeats = form.getInputProps('repeats', { type: 'checkbox' })
  const split = form.getInputProps('split', { type: 'checkbox' })
  return (
    <form onSubmit={save} noValidate>
      <Stack gap="md" maw={640}>
        <TextInput label="Title" maxLength={200} {...form.getInputProps('title')} />
        <Switch label="Ignore repeats" {...repeats} />
        {form.values.repeats && (
          <NumberInput
            label="Ignore repeats within"
            description="For how long Patchbay remembers what it has seen."
            placeholder="As usual for the sender"
            suffix=" hours"
            min={0}
            {...form.getInputProps('dedupe.window')}
          />
        )}
        <Switch
          label="A delivery that is a list becomes one event per item"
          description="Some senders collect what happens and send it together. Rules then get each item by itself, and one that came before is not run again."
          {...split}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
          <NumberInput
            label="Largest size of an event"
            placeholder="1 MiB"
            suffix=" MiB"
            min={0}
            {...form.getInputProps('limits.body')}
          />
          <NumberInput
            label="Most events in a second"
            placeholder="The usual limit"
            suffix=" a second"
            min={0}
            {...form.getInputProps('limits.rate')}
          />
          <NumberInput
            label="Keep events without a rule for"
            placeholder="As the workspace does"
            suffix=" days"
            min={0}
            {...form.getInputProps('keep.age')}
          />
          <NumberInput
            label="Keep events with a rule for"
            placeholder="As the workspace does"
            suffix=" days"
            min={0}
            {...form.getInputProps('keep.matched')}
          />
          <NumberInput
            label="Answer to the sender: status"
            placeholder="202"
            allowDecimal={false}
            min={0}
            {...form.getInputProps('respond.status')}
          />
          <TextInput label="Answer to the sender: text" {...form.getInputProps('respond.text')} />
        </SimpleGrid>
        <Text c="dimmed">
          What is left empty is as{' '}
          <Anchor component={Link} to="/settings/storage" underline="always">
            the workspace keeps it
          </Anchor>
          , or as usual for this kind of sender.
        </Text>
        <ErrorAlert error={change.error} title="The options are not saved." shown={shown} />
        <Group gap="sm">
          <Button type="submit" variant="default" loading={change.isPending}>
            Save options
          </Button>
          <Saved at={savedAt} />
        </Group>
      </Stack>
    </form>
  )
}
