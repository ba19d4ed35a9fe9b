import { ActionIcon, Anchor, Button, Card, Group, Text, Title } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { showUndo } from '@/components/UndoToast'
import { NewList } from './NewList'
import { listsQuery, useDeleteList, useMakeList, usersQuery } from './queries'
import { UsedBy } from './UsedBy'
import { usersOfList } from './uses'

/** The lists that rules look things up in. */
export function Lists() {
  const may = useMay('change')
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<string>()
  const { data, error, isPending, refetch } = useQuery(listsQuery)
  const { data: rules = [] } = useQuery(usersQuery)
  const again = () => void refetch()
  const remove = useDeleteList()
  const make = useMakeList()
  const users = usersOfList(rules, asked ?? '')
  const onConfirm = () =>
    remove.mutate(asked ?? '', {
      onSuccess: (members, name) => {
        setAsked(undefined)
        showUndo({ message: `The list ${name} is deleted.`, onUndo: () => make.mutate({ name, members }) })
      },
    })
  return (
    <Card component="section" aria-labelledby="lists">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="lists">
          Lists
        </Title>
        {may && (
          <Button variant="default" onClick={() => setAdding(true)}>
            Add a list
          </Button>
        )}
      </Group>
      <ErrorAlert error={error} title="The lists could not be loaded." retry={again} />
      <ErrorAlert error={make.error} title="The list is not back." />
      {isPending && <ListSkeleton rows={3} retry={again} />}
      {data?.length === 0 && (
        <Text c="dimmed">
          No list yet. A list says what belongs to what, such as the GitHub name to the Slack name of a person.
        </Text>
      )}
      {data && data.length > 0 && (
        <DataList
          label="Lists"
          items={data}
          keyOf={(list) => list.name}
          columns="minmax(0, 1fr) minmax(0, 1fr) 44px"
          row={(list, phone) => (
            <>
              <Text truncate>
                <Anchor component={Link} to={`/settings/shared/${list.name}`} fw={500} className="rowLink">
                  {list.name}
                </Anchor>
                <Text span c="dimmed" ml="xs">
                  {countText(list.count, 'entry', 'entries')}
                </Text>
              </Text>
              {!phone && (
                <div data-above>
                  <UsedBy rules={usersOfList(rules, list.name)} />
                </div>
              )}
              {may && (
                <ActionIcon aria-label={`Delete ${list.name}`} title="Delete" onClick={() => setAsked(list.name)}>
                  <IconTrash size={18} aria-hidden />
                </ActionIcon>
              )}
            </>
          )}
        />
      )}
      {adding && <NewList onClose={() => setAdding(false)} />}
      <ConfirmDialog
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={`Delete the list ${asked ?? ''}?`}
        confirm="Delete the list"
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={onConfirm}
      >
        {users.length === 0
          ? 'No rule uses it.'
          : `These rules use it and will find nothing in it any more: ${users.map((rule) => rule.name).join(', ')}.`}
      </ConfirmDialog>
    </Card>
  )
}
