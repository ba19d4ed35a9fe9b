import { Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { mayNot, useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { SettingsPage } from '../SettingsPage'
import { Entries } from './Entries'
import { EntryDialog } from './EntryDialog'
import { Lists } from './Lists'
import { type Book, entriesQuery, usersQuery } from './queries'
import { UsedBy } from './UsedBy'
import { usersOfValue } from './uses'

const book: Book = { kind: 'values' }

/** What several rules share, so that it is changed in one place. */
export function SharedPage() {
  const may = useMay('change')
  return (
    <SettingsPage
      title="Shared values and lists"
      description="What several rules need, such as a limit, a channel or who is who, changed here for all of them."
    >
      <Stack gap="md">
        {!may && <Text c="dimmed">{mayNot.change}</Text>}
        <Values />
        <Lists />
      </Stack>
    </SettingsPage>
  )
}

function Values() {
  const may = useMay('change')
  const [adding, setAdding] = useState(false)
  const { data, error, isPending, refetch } = useQuery(entriesQuery(book))
  const { data: rules } = useQuery(usersQuery)
  const again = () => void refetch()
  return (
    <Card component="section" aria-labelledby="values">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="values">
          Shared values
        </Title>
        {may && (
          <Button variant="default" onClick={() => setAdding(true)}>
            Add a value
          </Button>
        )}
      </Group>
      <ErrorAlert error={error} title="The shared values could not be loaded." retry={again} />
      {isPending && <ListSkeleton rows={3} retry={again} />}
      {data?.members.length === 0 && (
        <Text c="dimmed">
          No shared value yet. A rule says vars.limit, and the number stands here, once for all rules.
        </Text>
      )}
      {data && data.members.length > 0 && (
        <Entries
          book={book}
          members={data.members}
          label="Shared values"
          beside={(name) => <UsedBy rules={rules && usersOfValue(rules, name)} />}
          users={(name) => (rules ? usersOfValue(rules, name) : [])}
        />
      )}
      {adding && <EntryDialog book={book} entry={undefined} onClose={() => setAdding(false)} />}
    </Card>
  )
}
