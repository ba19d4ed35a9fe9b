import { Button, Card, Group, List, Stack, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { baseAddress } from '@/api/address'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import { useVerifyDatabase } from './queries'

/** A copy of the database to keep elsewhere, and a look whether it is whole. */
export function DatabaseCare() {
  const verify = useVerifyDatabase()
  const violations = verify.data?.violations
  return (
    <Card component="section" aria-labelledby="database">
      <Stack gap="sm">
        <Title order={2} id="database">
          Database
        </Title>
        <Text>
          A backup holds everything but the key that opens the stored secrets. Keep a copy of the key (the file
          secret.key in the data directory, or PATCHBAY_SECRET_KEY) in another place: without it, secrets have to be
          typed again after a restore.
        </Text>
        <Group gap="sm">
          <Button
            variant="default"
            component="a"
            href={`${baseAddress}/api/v1/backup`}
            download
            leftSection={<IconDownload size={18} aria-hidden />}
          >
            Download a backup
          </Button>
          <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
            Verify the database
          </Button>
        </Group>
        <ErrorAlert error={verify.error} title="The database could not be verified." />
        <div role="status">
          {violations?.length === 0 && (
            <StatusBadge status={{ role: 'good', word: 'Everything in it fits together' }} />
          )}
          {violations !== undefined && violations.length > 0 && (
            <>
              <StatusBadge status={{ role: 'bad', word: 'The database is damaged' }} />
              <List mt="xs">
                {violations.map((violation) => (
                  <List.Item key={violation}>{violation}</List.Item>
                ))}
              </List>
              <Text mt="xs">Download a backup now, and restore the last one that was whole.</Text>
            </>
          )}
        </div>
      </Stack>
    </Card>
  )
}
