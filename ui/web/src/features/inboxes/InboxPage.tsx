import { Card, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { AddressLine } from '@/components/AddressLine'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { addressOf, inboxQuery, titleOf } from './queries'

const route = getRouteApi('/shell/inboxes/$name')

export function InboxPage() {
  const { name } = route.useParams()
  const { data, error, isPending, refetch } = useQuery(inboxQuery(name))
  const again = () => void refetch()
  return (
    <>
      <PageHeader title={data ? titleOf(data.value) : name} back={{ to: '/inboxes', label: 'Inboxes' }} />
      <ErrorAlert error={error} title="The inbox could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={96} retry={again} />}
      {data && (
        <Card component="section" aria-labelledby="address">
          <Stack gap="sm">
            <Title order={2} id="address">
              Address
            </Title>
            <AddressLine address={addressOf(data.value)} large primary />
            <Text c="dimmed">
              Paste it where the other app asks for an address to send to. Some apps call this a webhook URL.
            </Text>
          </Stack>
        </Card>
      )}
    </>
  )
}
