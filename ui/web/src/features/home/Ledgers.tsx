import { Anchor, Table, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { Count } from '@/components/format'
import classes from './home.module.css'
import { ListLink } from './ListLink'

type Row = Schemas['InboxStats']

const columns: [key: 'received' | 'accepted' | 'duplicate' | 'rejected' | 'held', words: string, result?: string][] = [
  ['received', 'All that came'],
  ['accepted', 'Received', 'accepted'],
  ['duplicate', 'Repeats', 'duplicate'],
  ['rejected', 'Refused', 'rejected'],
  ['held', 'Held', 'held'],
]

/** What came into each inbox since it was made; the four to the right are the sum at the left. */
export function Ledgers({ inboxes }: { inboxes: readonly Row[] }) {
  if (inboxes.length === 0) return null
  const sum = (key: (typeof columns)[number][0]) => inboxes.reduce((all, row) => all + row[key], 0)
  return (
    <section aria-labelledby="ledgers">
      <Title order={3} id="ledgers">
        By inbox, since it was made
      </Title>
      <Text c="dimmed" mb="xs">
        All that came = received + repeats + refused + held. A number leads to those of its events that are still kept.
      </Text>
      <Table.ScrollContainer minWidth={520}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Inbox</Table.Th>
              {columns.map(([key, words]) => (
                <Table.Th key={key} ta="end">
                  {words}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {inboxes.map((row) => (
              <Table.Tr key={row.inbox}>
                <Table.Th scope="row" fw={400}>
                  <Anchor component={Link} to={`/inboxes/${row.inbox}`}>
                    {row.inbox}
                  </Anchor>
                </Table.Th>
                {columns.map(([key, , result]) => (
                  <Table.Td key={key} ta="end">
                    <ListLink to="/events" search={{ inbox: row.inbox, ...(result === undefined ? {} : { result }) }}>
                      <Count value={row[key]} />
                    </ListLink>
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
            {inboxes.length > 1 && (
              <Table.Tr className={classes.sum}>
                <Table.Th scope="row">Together</Table.Th>
                {columns.map(([key, , result]) => (
                  <Table.Td key={key} ta="end">
                    <ListLink to="/events" search={result === undefined ? undefined : { result }}>
                      <Count value={sum(key)} />
                    </ListLink>
                  </Table.Td>
                ))}
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  )
}
