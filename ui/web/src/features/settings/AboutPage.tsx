import { Card, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { TimeAgo } from '@/components/TimeAgo'
import { usePhone } from '@/components/usePhone'
import { instanceQuery } from './queries'
import { SettingsPage } from './SettingsPage'
import { webParts } from './webParts'

/** What this server is, and what it is made of. */
export function AboutPage() {
  const phone = usePhone()
  const { data, error, isPending, refetch } = useQuery(instanceQuery)
  const again = () => void refetch()
  return (
    <SettingsPage title="About">
      <ErrorAlert error={error} title="This could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={160} retry={again} />}
      {data && (
        <Stack gap="md">
          <Card component="section" aria-labelledby="version">
            <Stack gap="xs">
              <Title order={2} id="version">
                Patchbay {data.version}
              </Title>
              <Text>
                Built with Go {data.go}. Started <TimeAgo at={data.startedAt} />.
              </Text>
              <Text c="dimmed">Names belong to their owners; no connection is implied.</Text>
            </Stack>
          </Card>
          <Card component="section" aria-labelledby="components">
            <Title order={2} id="components" mb="sm">
              What it is made of
            </Title>
            <Table>
              {!phone && (
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Library</Table.Th>
                    <Table.Th>License</Table.Th>
                    <Table.Th ta="end">Version</Table.Th>
                  </Table.Tr>
                </Table.Thead>
              )}
              <Table.Tbody>
                {[...data.components, ...webParts].map((part) => (
                  <Table.Tr key={part.name}>
                    <Table.Td {...(phone ? { px: 0 } : {})}>
                      {part.name}
                      {phone && (
                        <Text c="dimmed" fz="xs">
                          {licenseOf(part)}, {part.version}
                        </Text>
                      )}
                    </Table.Td>
                    {!phone && <Table.Td>{licenseOf(part)}</Table.Td>}
                    {!phone && (
                      <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
                        {part.version}
                      </Table.Td>
                    )}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Card>
        </Stack>
      )}
    </SettingsPage>
  )
}

const licenseOf = ({ license }: { license: string }): string => license || 'See its source'
