import { ActionIcon, Text, TextInput } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone, showUndo } from '@/components/UndoToast'
import classes from './Entries.module.css'
import { EntryDialog } from './EntryDialog'
import { kindOf, type Member, shownOf } from './members'
import { type Book, useChangeEntries } from './queries'

interface Props {
  book: Book
  members: readonly Member[]
  label: string
  /** What stands beside a name: who uses it. */
  beside?: (name: string) => ReactNode
  /** The names of the rules that would miss it. */
  users?: (name: string) => readonly { name: string }[]
}

const searchFrom = 12

/** Names with values; each is edited and deleted by itself. */
export function Entries({ book, members, label, beside, users = () => [] }: Props) {
  const may = useMay('change')
  const [edited, setEdited] = useState<Member>()
  const [asked, setAsked] = useState<Member>()
  const [search, setSearch] = useState('')
  const back = useChangeEntries(book, { onError: (error) => showDone(error.message) })
  const change = useChangeEntries(book, {
    onDone: (changes) => {
      for (const { name, was } of changes)
        showUndo({ message: `${name} is deleted.`, onUndo: () => back.mutate([{ name, value: was, was: undefined }]) })
    },
  })
  const wanted = search.trim().toLowerCase()
  const shown = members.filter(([name, value]) => `${name} ${value}`.toLowerCase().includes(wanted))
  const remove = ([name, was]: Member) =>
    change.mutate([{ name, value: undefined, was }], { onSettled: () => setAsked(undefined) })
  return (
    <>
      {members.length > searchFrom && (
        <TextInput
          aria-label={`Search ${label}`}
          placeholder="Search"
          mb="sm"
          maw={320}
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
      )}
      <ErrorAlert error={change.error} title="Not deleted." />
      {shown.length === 0 && members.length > 0 && <Text c="dimmed">Nothing matches.</Text>}
      <DataList
        label={label}
        items={shown}
        keyOf={([name]) => name}
        columns={beside ? 'minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1fr) 88px' : 'minmax(0, 1fr) minmax(0, 2fr) 88px'}
        row={(entry, phone) => (
          <>
            {phone ? (
              <div className={classes.both}>
                <Name entry={entry} />
                <Value entry={entry} />
              </div>
            ) : (
              <>
                <Name entry={entry} />
                <Value entry={entry} />
                {beside?.(entry[0])}
              </>
            )}
            <span className={classes.actions}>
              {may && (
                <>
                  <ActionIcon aria-label={`Edit ${entry[0]}`} title="Edit" onClick={() => setEdited(entry)}>
                    <IconPencil size={18} aria-hidden />
                  </ActionIcon>
                  <ActionIcon
                    aria-label={`Delete ${entry[0]}`}
                    title="Delete"
                    onClick={() => (users(entry[0]).length > 0 ? setAsked(entry) : remove(entry))}
                  >
                    <IconTrash size={18} aria-hidden />
                  </ActionIcon>
                </>
              )}
            </span>
          </>
        )}
      />
      {edited && <EntryDialog book={book} entry={edited} onClose={() => setEdited(undefined)} />}
      <ConfirmDialog
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`Delete ${asked?.[0] ?? ''}?`}
        confirm="Delete it"
        danger
        busy={change.isPending}
        onConfirm={() => asked && remove(asked)}
      >
        These rules use it and will not find it any more:{' '}
        {users(asked?.[0] ?? '')
          .map((rule) => rule.name)
          .join(', ')}
        .
      </ConfirmDialog>
    </>
  )
}

function Name({ entry: [name] }: { entry: Member }) {
  return (
    <Text fw={500} truncate title={name}>
      <bdi>{name}</bdi>
    </Text>
  )
}

function Value({ entry: [, value] }: { entry: Member }) {
  const kind = kindOf(value)
  const words = kind === 'yes-no' ? (value === 'true' ? 'Yes' : 'No') : shownOf(value)
  return (
    <Text truncate title={words.slice(0, 500)} {...(kind === 'group' ? { className: 'mono' } : {})}>
      <bdi>{words.slice(0, 500)}</bdi>
    </Text>
  )
}
