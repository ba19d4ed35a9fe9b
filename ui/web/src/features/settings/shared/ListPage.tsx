import { Button, Card, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { mayNot, useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { SettingsPage } from '../SettingsPage'
import { Entries } from './Entries'
import { EntryDialog } from './EntryDialog'
import { PasteEntries } from './PasteEntries'
import { type Book, entriesQuery, usersQuery } from './queries'
import { UsedBy } from './UsedBy'
import { usersOfList } from './uses'

const route = getRouteApi('/shell/settings/shared/$list')

/** One list: what is looked up, and what is found. */
export function ListPage() {
  const { list: name } = route.useParams()
  const book: Book = { kind: 'list', name }
  const may = useMay('change')
  const [opened, setOpened] = useState<'add' | 'paste'>()
  const { data, error, isPending, refetch } = useQuery(entriesQuery(book))
  const { data: rules } = useQuery(usersQuery)
  const again = () => void refetch()
  const close = () => setOpened(undefined)
  return (
    <SettingsPage
      title={name}
      back={{ to: '/settings/shared', label: 'Shared values and lists' }}
      description={`A formula finds an entry with lookup("${name}", what to look up).`}
      actions={
        may &&
        data && (
          <>
            <Button variant="default" onClick={() => setOpened('paste')}>
              Paste many
            </Button>
            <Button onClick={() => setOpened('add')}>Add an entry</Button>
          </>
        )
      }
    >
      <Stack gap="md">
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        <ErrorAlert error={error} title="The list could not be loaded." retry={again} />
        {isPending && <ListSkeleton rows={6} retry={again} />}
        {data && (
          <Card>
            <Group gap={4} mb="sm">
              <Text c="dimmed">Used by:</Text>
              <UsedBy rules={rules && usersOfList(rules, name)} />
            </Group>
            {data.members.length === 0 ? (
              <Text c="dimmed">The list is empty. Add an entry, or paste two columns of a table.</Text>
            ) : (
              <Entries book={book} members={data.members} label={`Entries of ${name}`} />
            )}
          </Card>
        )}
      </Stack>
      {opened === 'add' && <EntryDialog book={book} entry={undefined} onClose={close} />}
      {opened === 'paste' && data && <PasteEntries book={book} members={data.members} onClose={close} />}
    </SettingsPage>
  )
}
