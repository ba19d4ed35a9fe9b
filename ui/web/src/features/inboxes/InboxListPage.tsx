import { Button, Group, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { inboxListQuery } from '@/api/inboxes'
import { useMay } from '@/api/session'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { ProviderTile } from '@/components/ProviderTile'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { useUrlFilters } from '@/components/useUrlFilters'
import { NewInbox } from './NewInbox'
import { titleOf } from './queries'
import { useInboxNews } from './useInbox'

export function InboxListPage() {
  const { data, error, isPending, refetch } = useQuery(inboxListQuery)
  const may = useMay('change')
  // In the address, so that other pages can lead to it.
  const { values, set } = useUrlFilters(['new'])
  useInboxNews()
  const again = () => void refetch()
  return (
    <>
      <PageHeader
        title="Inboxes"
        description="An inbox gives another app an address to send to."
        actions={may ? <Button onClick={() => set('new', 'yes')}>New inbox</Button> : undefined}
      />
      <NewInbox opened={may && values['new'] !== undefined} onClose={() => set('new', undefined)} />
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
          columns="minmax(0, 1fr) 120px 120px 96px"
          row={(box, phone) => (
            <>
              <Group gap="sm" wrap="nowrap">
                <ProviderTile name={titleOf(box)} />
                <Text truncate>
                  <Link to="/inboxes/$name" params={{ name: box.name }} className="rowLink">
                    <bdi>{titleOf(box)}</bdi>
                  </Link>
                </Text>
              </Group>
              {!phone && (
                <Text c="dimmed">{box.ledger.lastAt ? <TimeAgo at={box.ledger.lastAt} /> : 'Nothing yet'}</Text>
              )}
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
