import { Anchor, Button, Card, Collapse, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Bytes, Count, countText } from '@/components/format'
import { ledgersQuery, storageQuery } from './queries'

/** Sums per inbox and storage, folded. */
export function Numbers() {
  const [open, { toggle }] = useDisclosure(false)
  return (
    <Card component="section" aria-labelledby="numbers">
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={2} id="numbers">
            Numbers
          </Title>
          <Button variant="default" onClick={toggle} aria-expanded={open}>
            {open ? 'Hide the numbers' : 'Show the numbers'}
          </Button>
        </Group>
        <Collapse expanded={open}>{open && <Shown />}</Collapse>
      </Stack>
    </Card>
  )
}

function Shown() {
  const ledgers = useQuery(ledgersQuery)
  const storage = useQuery(storageQuery)
  return (
    <Stack gap="sm">
      <ErrorAlert error={ledgers.error ?? storage.error} title="Numbers could not be loaded." />
      {ledgers.data && (
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Inbox</Table.Th>
                {['All that came', 'Received', 'Repeats', 'Refused', 'Held'].map((word) => (
                  <Table.Th key={word} ta="end">
                    {word}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ledgers.data.inboxes.map((row) => (
                <Table.Tr key={row.inbox}>
                  <Table.Td>
                    <Anchor component={Link} to={`/inboxes/${row.inbox}`}>
                      {row.inbox}
                    </Anchor>
                  </Table.Td>
                  {[row.received, row.accepted, row.duplicate, row.rejected, row.held].map((count, i) => (
                    <Table.Td key={['all', 'received', 'repeats', 'refused', 'held'][i]} ta="end">
                      <Count value={count} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {storage.data && (
        <Text>
          <Bytes value={storage.data.used} /> used, <Bytes value={storage.data.disk.free} /> free on the disk.{' '}
          {storage.data.fullInDays !== null &&
            `Disk is full in about ${countText(Math.round(storage.data.fullInDays), 'day')} at today's pace.`}
        </Text>
      )}
    </Stack>
  )
}
