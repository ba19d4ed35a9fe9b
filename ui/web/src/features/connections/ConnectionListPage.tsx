import { Button } from '@mantine/core'
import { IconPlug } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useParams } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FilterBar } from '@/components/FilterBar'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ConnectionDrawer } from './ConnectionDrawer'
import { ConnectionRow } from './ConnectionRow'
import { filterConnections, states } from './filter'
import { connectionsQuery, kindsQuery } from './queries'
import { useConnectionNews } from './useConnection'

const intro = 'Add Slack, email or another account once, use it in every rule.'

export function ConnectionListPage() {
  const { data, error, isPending, refetch } = useQuery(connectionsQuery)
  const kinds = useQuery(kindsQuery)
  const may = useMay('change')
  const { values, clear } = useUrlFilters(['q', 'kind', 'state'])
  const titles = Object.fromEntries((kinds.data?.items ?? []).map((k) => [k.type, k.title]))
  useConnectionNews()
  const again = () => void refetch()
  const shown = filterConnections(data?.items ?? [], values)
  const make = (
    <Button component={Link} to="/connections/new" search>
      New connection
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Connections"
        description={intro}
        actions={may && data?.items.length !== 0 ? make : undefined}
      />
      <Drawer />
      <ErrorAlert error={error} title="The connections could not be loaded." retry={again} />
      {isPending && <ListSkeleton rows={4} retry={again} />}
      {data?.items.length === 0 && (
        <EmptyState icon={IconPlug} title="No connection yet" actions={may ? make : undefined}>
          {intro} Nobody can read its password or key here again, only replace it.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <>
          <FilterBar
            filters={[
              { key: 'q', label: 'Find a connection', kind: 'search' },
              {
                key: 'kind',
                label: 'Any kind',
                kind: 'one',
                options: Object.entries(titles).map(([value, label]) => ({ value, label })),
              },
              { key: 'state', label: 'Any state', kind: 'one', options: states },
            ]}
          />
          {shown.length === 0 ? (
            <EmptyState
              icon={IconPlug}
              title="Nothing matches"
              actions={
                <Button variant="default" onClick={clear}>
                  Clear filters
                </Button>
              }
            />
          ) : (
            <DataList
              label="Connections"
              items={shown}
              keyOf={(c) => c.name}
              columns="minmax(0, 1.5fr) minmax(0, 2fr) minmax(0, 1fr) 104px"
              header={
                <>
                  <span>Connection</span>
                  <span>State</span>
                  <span>Used by</span>
                  <span className="number">Last used</span>
                </>
              }
              row={(c, phone) => <ConnectionRow connection={c} kind={titles[c.type] ?? c.type} phone={phone} />}
            />
          )}
        </>
      )}
    </>
  )
}

// Which connection is open is in the address, so that it can be linked to and Back closes it.
function Drawer() {
  const { name } = useParams({ strict: false })
  const path = useLocation({ select: (l) => l.pathname })
  const navigate = useNavigate()
  const makes = path.endsWith('/connections/new')
  const close = () => void navigate({ to: '/connections', search: (old: object) => old })
  return <ConnectionDrawer opened={makes || name !== undefined} name={name} onClose={close} onSaved={() => {}} />
}
