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
import { FromFile } from '@/components/FromFile'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useNarrow } from '@/components/usePhone'
import { ProviderTile } from '@/components/ProviderTile'
import { StatusBadge } from '@/components/StatusBadge'
import { TimeAgo } from '@/components/TimeAgo'
import { useUrlFilters } from '@/components/useUrlFilters'
import { NewInbox } from './NewInbox'
import { type Inbox, shortCheck, titleOf } from './queries'
import { useInboxNews } from './useInbox'

export function InboxListPage() {
  const narrow = useNarrow()
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
          Make one for each app that should tell Patchbay something, and paste its address there.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <DataList
          label="Inboxes"
          items={data.items}
          keyOf={(box) => box.name}
          columns={narrow ? 'minmax(0, 1fr) 168px 80px 88px 88px' : 'minmax(0, 2fr) minmax(0, 1fr) 120px 112px 96px'}
          header={
            <>
              <span>Inbox</span>
              <span>Sender check</span>
              <span className="number">Received</span>
              <span className="number">Last event</span>
              <span>State</span>
            </>
          }
          row={(box, phone) => (phone ? <PhoneRow box={box} /> : <Row box={box} />)}
        />
      )}
    </>
  )
}

function Row({ box }: { box: Inbox }) {
  const { lastAt, received } = box.ledger
  return (
    <>
      <Named box={box} />
      <StatusBadge status={shortCheck(box)} plain />
      <Text c="dimmed" className="number">
        {countText(received, 'event')}
      </Text>
      <Text c="dimmed" className="number" component="div">
        {lastAt ? <TimeAgo at={lastAt} /> : 'Nothing yet'}
      </Text>
      <State box={box} />
    </>
  )
}

function PhoneRow({ box }: { box: Inbox }) {
  const { lastAt, received } = box.ledger
  return (
    <>
      <Named box={box} phone />
      <span style={{ justifySelf: 'end' }}>
        <State box={box} />
      </span>
      <StatusBadge status={shortCheck(box)} plain />
      <Text c="dimmed" fz="xs" ta="end" component="div">
        {lastAt ? (
          <>
            {countText(received, 'event')}, <TimeAgo at={lastAt} />
          </>
        ) : (
          'Nothing yet'
        )}
      </Text>
    </>
  )
}

function Named({ box, phone = false }: { box: Inbox; phone?: boolean }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <ProviderTile name={titleOf(box)} />
      <Text truncate title={titleOf(box)}>
        <Link to="/inboxes/$name" params={{ name: box.name }} className="rowLink">
          <bdi>{titleOf(box)}</bdi>
        </Link>
      </Text>
      {box.managed && !phone && <FromFile file={box.managed} />}
    </Group>
  )
}

const State = ({ box }: { box: Inbox }) => (
  <StatusBadge status={box.paused ? { role: 'neutral', word: 'Paused' } : { role: 'good', word: 'On' }} />
)
