import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { DatabaseCare } from './DatabaseCare'
import { DiskUse } from './DiskUse'
import { KeepForm } from './KeepForm'
import { storageQuery } from './queries'
import { SettingsPage } from './SettingsPage'
import { StoredInboxes } from './StoredInboxes'
import { WithSettings } from './WithSettings'

/** How long events are kept, what they take, and care for the database. */
export function StoragePage() {
  const administers = useMay('administer')
  const { data, error, isPending, refetch } = useQuery(storageQuery)
  const again = () => void refetch()
  return (
    <SettingsPage title="Storage" description="How long events and runs are kept, and what they take on the disk.">
      <Stack gap="md">
        <ErrorAlert error={error} title="What is stored could not be loaded." retry={again} />
        {isPending && <CardSkeleton height={120} retry={again} />}
        <WithSettings fields={4}>
          {(stored) => (
            <>
              {data && <DiskUse storage={data} stored={stored} />}
              <KeepForm stored={stored} />
              {data && <StoredInboxes uses={data.inboxes} keep={stored.value.keep} />}
            </>
          )}
        </WithSettings>
        {administers && <DatabaseCare />}
      </Stack>
    </SettingsPage>
  )
}
