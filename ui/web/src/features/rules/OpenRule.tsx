import { Button } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, client } from '@/api/client'
import { ProblemError } from '@/api/problem'
import { useMay } from '@/api/session'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FormSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { loadRule } from './edit'
import { RuleFrame } from './frame/RuleFrame'
import { versionsQuery } from './queries'
import type { FrameProps } from './RulePage'

// The editor begins with what is stored now, and follows on its own from there.
const storedQuery = (id: string) =>
  queryOptions({
    queryKey: ['rules', 'one', id],
    queryFn: ({ signal }) => loadRule(id, signal),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** The editor with a rule that is stored. */
export function OpenRule({ id, frame }: { id: string; frame: FrameProps }) {
  const may = useMay('change')
  const { data, error, isPending, refetch } = useQuery(storedQuery(id))
  const again = () => void refetch()
  // Who only looks sees what is at work, not what somebody is about to make of it.
  const gone = error instanceof ProblemError && error.status === 404
  if (data)
    return <RuleFrame start={may ? data : { ...data, draft: undefined }} heard={gone ? '' : data.etag} {...frame} />
  if (isPending) return <FormSkeleton retry={again} />
  if (gone) return <Gone id={id} error={error} />
  return <ErrorAlert error={error} title="The rule could not be loaded." retry={again} />
}

/** A rule that is not there: it may have been deleted, and can be had back then. */
function Gone({ id, error }: { id: string; error: Error }) {
  const queries = useQueryClient()
  const may = useMay('change')
  const versions = useQuery({ ...versionsQuery(id), retry: false })
  const restore = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/rules/{id}/restore', { params: { path: { id } }, body: {} })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rules'] }),
  })
  const last = versions.data?.items[0]
  if (versions.isPending) return <FormSkeleton />
  return (
    <>
      <PageHeader title={last?.rule.name ?? 'No such rule'} back={{ to: '/rules', label: 'Rules' }} />
      {last ? (
        <EmptyState
          icon={IconTrash}
          title="This rule was deleted"
          actions={
            may && (
              <Button loading={restore.isPending} onClick={() => restore.mutate()}>
                Restore
              </Button>
            )
          }
        >
          Its runs and versions are still there. Restored, it is off until you turn it on.
        </EmptyState>
      ) : (
        <ErrorAlert error={error} />
      )}
      <ErrorAlert error={restore.error} title="The rule was not restored." />
    </>
  )
}
