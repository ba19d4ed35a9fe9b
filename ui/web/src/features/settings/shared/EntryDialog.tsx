import { Button, Group, Modal, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactNode } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { type Kind, kindOf, type Member, shownOf, valueOf } from './members'
import { type Book, useChangeEntries } from './queries'

interface Props {
  book: Book
  /** What is edited; undefined to add one. */
  entry: Member | undefined
  onClose: () => void
}

const kinds: { value: Kind; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'yes-no', label: 'Yes or no' },
  { value: 'group', label: 'Group' },
]

/** Adds or edits one name with its value. */
export function EntryDialog({ book, entry, onClose }: Props) {
  const noun = book.kind === 'values' ? 'value' : 'entry'
  const title = entry ? `Edit ${entry[0]}` : `Add ${noun === 'entry' ? 'an entry' : 'a shared value'}`
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <EntryForm book={book} entry={entry} onClose={onClose} />
    </Modal>
  )
}

function EntryForm({ book, entry, onClose }: Props) {
  const change = useChangeEntries(book)
  const kind = entry ? kindOf(entry[1]) : 'text'
  const form = useForm({
    mode: 'controlled',
    initialValues: { name: entry?.[0] ?? '', kind, shown: entry ? shownOf(entry[1]) : '' },
    validate: {
      name: (name) => (entry ? null : nameFault(book, name)),
      shown: (shown, values) => (valueOf(values.kind, shown) === undefined ? faults[values.kind] : null),
    },
  })
  const { values } = form
  const save = form.onSubmit(({ name, kind: as, shown }) =>
    change.mutate([{ name: name.trim(), value: valueOf(as, shown), was: entry?.[1] }], { onSuccess: onClose }),
  )
  return (
    <form onSubmit={save} noValidate>
      <Stack gap="md">
        {!entry && (
          <TextInput
            label={book.kind === 'values' ? 'Name' : 'What is looked up'}
            description={book.kind === 'values' ? `A formula writes it as vars.${values.name || 'name'}` : undefined}
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('name')}
          />
        )}
        <div>
          <Text id="kind" fw={500} mb={4}>
            Kind
          </Text>
          <SegmentedControl
            aria-labelledby="kind"
            fullWidth
            data={kinds}
            value={values.kind}
            onChange={(to) => form.setFieldValue('kind', to)}
          />
        </div>
        <Value
          kind={values.kind}
          autoFocus={entry !== undefined}
          value={values.shown}
          onChange={(shown) => form.setFieldValue('shown', shown)}
          error={form.errors['shown']}
        />
        <ErrorAlert error={change.error} title="Not saved." />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface ValueProps {
  kind: Kind
  autoFocus: boolean
  value: string
  onChange: (value: string) => void
  error: ReactNode
}

function Value({ kind, autoFocus, value, onChange, error }: ValueProps) {
  const field = {
    label: 'Value',
    value,
    error,
    onChange: (e: { currentTarget: { value: string } }) => onChange(e.currentTarget.value),
    ...(autoFocus ? { 'data-autofocus': true } : {}),
  }
  switch (kind) {
    case 'text':
      return <Textarea autosize minRows={1} maxRows={8} {...field} />
    case 'number':
      return <TextInput inputMode="decimal" autoComplete="off" {...field} />
    case 'yes-no':
      return (
        <SegmentedControl
          aria-label="Value"
          data={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={value === 'true' ? 'true' : 'false'}
          onChange={onChange}
        />
      )
    case 'group':
      return (
        <Textarea
          description={'Several values, such as ["red", "blue"] or {"small": 1, "large": 2}'}
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          {...field}
        />
      )
  }
}

const faults: Record<Kind, string> = {
  text: '',
  number: 'Write a number such as 12 or 1.5, with a point and without marks between thousands.',
  'yes-no': '',
  group: 'This cannot be read. Look for a missing comma, quotation mark or bracket.',
}

function nameFault(book: Book, name: string): string | null {
  if (name.trim() === '') return 'Write a name.'
  if (book.kind === 'list' || /^[A-Za-z_]\w*$/.test(name.trim())) return null
  return 'Use letters, figures and _, and begin with a letter, so that formulas can say it.'
}
