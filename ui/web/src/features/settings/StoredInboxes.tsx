import { Anchor, Card, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { inboxListQuery } from '@/api/inboxes'
import { Bytes, Count } from '@/components/format'
import { hasOwn, keepText } from './keep'

interface Props {
  uses: readonly Schemas['Use'][]
  keep: Schemas['Retention']
}

/** What each inbox stores, and for how long. */
export function StoredInboxes({ uses, keep }: Props) {
  const { data } = useQuery(inboxListQuery)
  if (uses.length === 0) return null
  return (
    <Card component="section" aria-labelledby="per-inbox">
      <Title order={2} id="per-inbox" mb="sm">
        By inbox
      </Title>
      <Table.ScrollContainer minWidth={480}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Inbox</Table.Th>
              <Table.Th ta="end">Events</Table.Th>
              <Table.Th ta="end">Data</Table.Th>
              <Table.Th>Kept for</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {uses
              .toSorted((a, b) => b.bytes - a.bytes)
              .map((use) => {
                const box = data?.items.find((inbox) => inbox.name === use.inbox)
                return (
                  <Table.Tr key={use.inbox}>
                    <Table.Td>
                      {box ? (
                        <Anchor component={Link} to={`/inboxes/${use.inbox}`}>
                          {box.title || box.name}
                        </Anchor>
                      ) : (
                        <Text c="dimmed">{data ? `${use.inbox} (deleted)` : use.inbox}</Text>
                      )}
                    </Table.Td>
                    <Table.Td ta="end">
                      <Count value={use.events} />
                    </Table.Td>
                    <Table.Td ta="end">
                      <Bytes value={use.bytes} />
                    </Table.Td>
                    <Table.Td>
                      {keepText(box?.keep ?? {}, keep)}
                      {box && hasOwn(box.keep) && ' (its own)'}
                    </Table.Td>
                  </Table.Tr>
                )
              })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  )
}
