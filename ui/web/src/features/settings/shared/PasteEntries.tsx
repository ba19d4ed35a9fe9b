import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import type { Member } from './members'
import { pairsOf } from './pasted'
import { type Book, useChangeEntries } from './queries'

/** Adds many entries at once, from two columns of a table. */
export function PasteEntries({
  book,
  members,
  onClose,
}: {
  book: Book
  members: readonly Member[]
  onClose: () => void
}) {
  const [text, setText] = useState('')
  const change = useChangeEntries(book)
  const old = new Map(members)
  const pairs = pairsOf(text)
  const replaced = pairs.filter(([name]) => old.has(name)).length
  const save = () =>
    change.mutate(
      pairs.map(([name, value]) => ({ name, value: JSON.stringify(value), was: old.get(name) })),
      { onSuccess: onClose },
    )
  return (
    <Modal opened onClose={onClose} title="Paste many" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (pairs.length > 0) save()
        }}
      >
        <Stack gap="md">
          <Textarea
            label="Two columns"
            description="What is looked up, and what is found; one pair on each line, as a table program copies them."
            placeholder={'ann\tU024BE7LH\nben\tU024BE7LJ'}
            rows={8}
            spellCheck={false}
            data-autofocus
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          <Text role="status">
            {text === '' ? '' : `${countText(pairs.length, 'entry', 'entries')} found`}
            {replaced > 0 && `, ${replaced.toLocaleString()} of them take the place of one that is there`}
          </Text>
          <ErrorAlert error={change.error} title="Nothing was added." />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={change.isPending} disabled={pairs.length === 0}>
              {pairs.length === 0 ? 'Add' : `Add ${pairs.length.toLocaleString()}`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
