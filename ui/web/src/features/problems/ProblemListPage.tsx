import { Button, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { openProblemsQuery } from '@/api/problems'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { TimeAgo } from '@/components/TimeAgo'
import { ActivityTabs } from '@/features/activity'
import { ProblemTable, SolvedTable } from './ProblemTable'
import { solvedQuery } from './queries'

export function ProblemListPage() {
  const open = useQuery(openProblemsQuery)
  const solved = useInfiniteQuery(solvedQuery)
  const past = solved.data?.pages.flatMap((page) => page.items) ?? []
  const again = () => void open.refetch()
  const last = past[0]?.solvedAt
  return (
    <>
      <PageHeader
        title="Problems"
        description="What does not answer or does not work, and which runs it holds up. A problem closes by itself."
      />
      <ActivityTabs />
      <Stack gap="xl">
        <section aria-label="Open problems">
          <ErrorAlert error={open.error} title="The problems could not be loaded." retry={again} />
          {open.isPending && <ListSkeleton rows={3} retry={again} />}
          {open.data?.items.length === 0 && (
            <EmptyState icon={IconCircleCheck} title="No open problems">
              {last ? (
                <>
                  Last one solved <TimeAgo at={last} />.
                </>
              ) : (
                'When something does not answer, it stands here with all the runs that wait for it.'
              )}
            </EmptyState>
          )}
          {open.data && open.data.items.length > 0 && <ProblemTable items={open.data.items} />}
        </section>
        {past.length > 0 && (
          <section aria-labelledby="solved">
            <Title order={2} id="solved" mb="sm">
              Solved
            </Title>
            <SolvedTable items={past} />
            {solved.hasNextPage && (
              <Button
                variant="default"
                mt="sm"
                loading={solved.isFetchingNextPage}
                onClick={() => void solved.fetchNextPage()}
              >
                Show older ones
              </Button>
            )}
          </section>
        )}
        {solved.error && <Text c="dimmed">The solved problems could not be loaded.</Text>}
      </Stack>
    </>
  )
}
