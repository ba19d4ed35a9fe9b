import { Anchor, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ErrorAlert } from '@/components/ErrorAlert'
import { Count } from '@/components/format'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import classes from './home.module.css'
import { openProblemsQuery, solvedCausesQuery } from './queries'

/** Why runs failed, cause by cause: the open ones, and those of the last days that are solved. */
export function Causes() {
  const open = useQuery(openProblemsQuery)
  const solved = useQuery(solvedCausesQuery)
  const causes = [...(open.data?.items ?? []), ...(solved.data?.items ?? [])]
  return (
    <section aria-labelledby="causes">
      <Title order={3} id="causes" mb="xs">
        Failures by cause
      </Title>
      <ErrorAlert error={open.error ?? solved.error} title="Failures could not be loaded." />
      {open.data && solved.data && causes.length === 0 && (
        <Text c="dimmed">Nothing has failed in the last 30 days.</Text>
      )}
      {causes.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>State</Table.Th>
                <Table.Th>Cause</Table.Th>
                <Table.Th ta="end">Wait</Table.Th>
                <Table.Th ta="end">Failed</Table.Th>
                <Table.Th ta="end">May have been sent</Table.Th>
                <Table.Th ta="end">Went on</Table.Th>
                <Table.Th>Since</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {causes.map((cause) => (
                <Table.Tr key={cause.id}>
                  <Table.Td>
                    <StatusBadge
                      status={
                        cause.solvedAt === null ? { role: 'bad', word: 'Open' } : { role: 'good', word: 'Solved' }
                      }
                    />
                  </Table.Td>
                  <Table.Td miw={240}>
                    <Anchor component={Link} to={`/problems/${cause.id}`}>
                      {cause.reason}
                    </Anchor>
                  </Table.Td>
                  {[cause.waiting, cause.failed, cause.unknown, cause.recovered].map((count, i) => (
                    <Table.Td key={['waiting', 'failed', 'unknown', 'recovered'][i]} ta="end">
                      <Count value={count} />
                    </Table.Td>
                  ))}
                  <Table.Td>
                    <TimeAgo at={cause.since} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  )
}
