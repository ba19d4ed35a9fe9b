import { Anchor, Card, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Schemas } from '@/api/client'
import { inboxListQuery } from '@/api/inboxes'
import { Bytes, bytesText, Count, countText } from '@/components/format'
import { usePhone } from '@/components/usePhone'
import { hasOwn, keepText } from './keep'
import classes from './StoredInboxes.module.css'

interface Props {
  uses: readonly Schemas['Use'][]
  keep: Schemas['Retention']
}

/** What each inbox stores, and for how long. */
export function StoredInboxes({ uses, keep }: Props) {
  const { data } = useQuery(inboxListQuery)
  const phone = usePhone()
  if (uses.length === 0) return null
  return (
    <Card component="section" aria-labelledby="per-inbox">
      <Title order={2} id="per-inbox" mb="sm">
        By inbox
      </Title>
      <Table>
        {!phone && (
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Inbox</Table.Th>
              <Table.Th className={classes.number}>Events</Table.Th>
              <Table.Th className={classes.number}>Data</Table.Th>
              <Table.Th>Kept for</Table.Th>
            </Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>
          {uses
            .toSorted((a, b) => b.bytes - a.bytes)
            .map((use) => (
              <Row
                key={use.inbox}
                use={use}
                box={data?.items.find((inbox) => inbox.name === use.inbox)}
                known={data !== undefined}
                keep={keep}
                phone={phone}
              />
            ))}
        </Table.Tbody>
      </Table>
    </Card>
  )
}

interface RowProps {
  use: Schemas['Use']
  box: Schemas['Inbox'] | undefined
  /** The inboxes that there are have been loaded. */
  known: boolean
  keep: Schemas['Retention']
  phone: boolean
}

function Row({ use, box, known, keep, phone }: RowProps) {
  const kept = `${keepText(box?.keep ?? {}, keep)}${box && hasOwn(box.keep) ? ' (its own)' : ''}`
  const name = box ? (
    <Anchor component={Link} to={`/inboxes/${use.inbox}`}>
      <bdi>{box.title || box.name}</bdi>
    </Anchor>
  ) : (
    <Text c="dimmed">{known ? `${use.inbox} (deleted)` : use.inbox}</Text>
  )
  if (phone) {
    return (
      <Table.Tr>
        <Table.Td px={0}>
          {name}
          <Text c="dimmed" fz="xs">
            {countText(use.events, 'event')}, {bytesText(use.bytes)}, kept for {kept}
          </Text>
        </Table.Td>
      </Table.Tr>
    )
  }
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td className={classes.number}>
        <Count value={use.events} />
      </Table.Td>
      <Table.Td className={classes.number}>
        <Bytes value={use.bytes} />
      </Table.Td>
      <Table.Td>{kept}</Table.Td>
    </Table.Tr>
  )
}
