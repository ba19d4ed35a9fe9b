import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { inboxListQuery } from '@/api/inboxes'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { StartRecipes } from '@/features/recipes'
import { overviewQuery, rulesQuery } from '@/features/rules'
import { storageQuery } from '@/features/settings'
import { Attention } from './Attention'
import { Checklist } from './Checklist'
import { concernsOf } from './concerns'
import { ListLink } from './ListLink'
import { Numbers } from './Numbers'
import { openProblemsQuery } from './queries'
import { RulesAtWork } from './RulesAtWork'
import { statusText } from './statusText'

/** Is everything working? What needs me? */
export function HomePage() {
  const overview = useQuery(overviewQuery)
  const problems = useQuery(openProblemsQuery)
  const inboxes = useQuery(inboxListQuery)
  const rules = useQuery(rulesQuery)
  const storage = useQuery(storageQuery)
  const may = useMay('change')
  const { data, error, isPending } = overview
  const again = () => void overview.refetch()
  const concerns = concernsOf({
    problems: problems.data?.items,
    inboxes: inboxes.data?.items,
    rules: rules.data,
    storage: storage.data,
  })
  const missing = problems.error ?? inboxes.error ?? rules.error ?? storage.error
  return (
    <>
      <PageHeader title="Home" large description={data && <Status overview={data} concerns={concerns.length} />} />
      <Stack gap="md">
        <ErrorAlert error={error} title="Home could not be loaded." retry={again} />
        {!error && <ErrorAlert error={missing} title="A part of this page could not be loaded." />}
        {isPending && <CardSkeleton height={120} retry={again} />}
        {concerns.length > 0 && <Attention concerns={concerns} />}
        {data && inboxes.data && rules.data && (
          <Checklist done={data.checklist} inboxes={inboxes.data.items} rules={rules.data} />
        )}
        {rules.data?.length === 0 && may && <StartRecipes count={2} />}
        {data && rules.data && <RulesAtWork rules={rules.data} activity={data.rules} />}
        <Numbers />
      </Stack>
    </>
  )
}

function Status({ overview, concerns }: { overview: Schemas['Overview']; concerns: number }) {
  const { since, runs } = overview.today
  return (
    <>
      {statusText(overview, concerns)}{' '}
      <ListLink to="/runs" search={{ since }} underline="always">
        {countText(runs.sent, 'message')} sent today
      </ListLink>
      .
    </>
  )
}
