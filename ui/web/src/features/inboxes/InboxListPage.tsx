import { Group, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { ProviderTile } from '@/components/ProviderTile'
import { StatusBadge } from '@/components/StatusBadge'
import { inboxesQuery, titleOf } from './queries'

export function InboxListPage() {
  const { data, error, isPending, refetch } = useQuery(inboxesQuery)
  const again = () => void refetch()
  return (
    <>
      <PageHeader title="Inboxes" description="An inbox gives another app an address to send to." />
      <ErrorAlert error={error} title="The inboxes could not be loaded." retry={again} />
      {isPending && <ListSkeleton rows={4} retry={again} />}
      {data?.items.length === 0 && (
        <EmptyState icon={IconInbox} title="No inbox yet">
          An inbox gives another app an address to send to.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <DataList
          label="Inboxes"
          items={data.items}
          keyOf={(box) => box.name}
          columns="minmax(0, 1fr) 160px 96px"
          row={(box) => (
            <>
              <Group gap="sm" wrap="nowrap">
                <ProviderTile name={titleOf(box)} />
                <Text truncate>
                  <Link to="/inboxes/$name" params={{ name: box.name }} className="rowLink">
                    <bdi>{titleOf(box)}</bdi>
                  </Link>
                </Text>
              </Group>
              <Text c="dimmed" className="number">
                {countText(box.ledger.received, 'event')}
              </Text>
              <StatusBadge status={box.paused ? { role: 'neutral', word: 'Paused' } : { role: 'good', word: 'On' }} />
            </>
          )}
        />
      )}
    </>
  )
}
