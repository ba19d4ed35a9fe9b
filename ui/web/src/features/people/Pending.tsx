import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { TimeAgo } from '@/components/TimeAgo'
import { showDone } from '@/components/UndoToast'
import { invitationsQuery, nameOf } from './queries'
import { roles } from './roles'
import { useRevoke } from './usePeople'

/** Links that were made and not used yet. */
export function Pending() {
  const { data, error, isPending, refetch } = useQuery(invitationsQuery)
  const revoke = useRevoke()
  const again = () => void refetch()
  if (isPending) return <ListSkeleton rows={1} retry={again} />
  return (
    <>
      <ErrorAlert error={error} title="The invitations could not be loaded." retry={again} />
      <ErrorAlert error={revoke.error} title="The link is not taken back." />
      {data?.items.length === 0 && (
        <Text c="dimmed">None. An invite link works for 7 days, once; until then it stands here.</Text>
      )}
      {data && data.items.length > 0 && (
        <DataList
          label="Links that nobody has used yet"
          items={data.items}
          keyOf={(i) => i.id}
          columns="minmax(0, 1fr) 160px 160px 112px"
          row={(i, phone) => (
            <>
              <div>
                <Text truncate>
                  <bdi>{nameOf(i)}</bdi>
                  {!phone && i.name !== '' && (
                    <Text span c="dimmed">
                      {' '}
                      {i.email}
                    </Text>
                  )}
                </Text>
                {phone && (
                  <Text size="xs" c="dimmed" truncate>
                    {whatFor(i)} · ends <TimeAgo at={i.expiresAt} ahead />
                  </Text>
                )}
              </div>
              {!phone && (
                <>
                  <Text>{whatFor(i)}</Text>
                  <Text c="dimmed">
                    Ends <TimeAgo at={i.expiresAt} ahead />
                  </Text>
                </>
              )}
              <Button
                size="xs"
                variant="default"
                loading={revoke.isPending && revoke.variables === i.id}
                onClick={() =>
                  revoke.mutate(i.id, { onSuccess: () => showDone(`The link of ${nameOf(i)} does not work any more.`) })
                }
                aria-label={`Take back the link of ${nameOf(i)}`}
              >
                Take back
              </Button>
            </>
          )}
        />
      )}
    </>
  )
}

const whatFor = (i: { password: boolean; role: keyof typeof roles }) =>
  i.password ? 'New password' : roles[i.role].label
