import { Button, Card, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { copyAndTell } from '@/components/copyText'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { StatusBadge } from '@/components/StatusBadge'
import { runStatus } from '@/components/status'
import { useUrlFilters } from '@/components/useUrlFilters'
import { AttemptDetail } from './AttemptDetail'
import { NextStep } from './NextStep'
import { type Run, runQuery, useRetry, useStop } from './queries'
import { RunActions } from './RunActions'
import { chosenOf, idOf } from './segments'
import { Timeline } from './Timeline'
import classes from './Timeline.module.css'
import { chatText, tookText } from './words'

const route = getRouteApi('/shell/runs/$id')

export function RunPage() {
  const { id } = route.useParams()
  const { data, error, isPending, refetch } = useQuery(runQuery(id))
  const again = () => void refetch()
  if (data) return <Shown key={id} run={data} />
  return (
    <>
      <PageHeader title="Run" back={{ to: '/runs', label: 'Runs' }} />
      <ErrorAlert error={error} title="The run could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={280} retry={again} />}
    </>
  )
}

function Shown({ run }: { run: Run }) {
  const retry = useRetry(run.id)
  const stop = useStop(run.id)
  const { values, set } = useUrlFilters(['try'])
  const chosen = chosenOf(run.steps, values['try'])
  const took = tookText(run)
  return (
    <>
      <PageHeader
        title={run.ruleName || run.ruleId}
        tabTitle={`Run of ${run.ruleName || run.ruleId}`}
        back={{ to: '/runs', label: 'Runs' }}
        status={<StatusBadge status={runStatus(run)} />}
        description={summaryText(run, took)}
        actions={
          <>
            <Button
              variant="subtle"
              onClick={() =>
                void copyAndTell(chatText(run, window.location.origin + window.location.pathname), 'a summary')
              }
            >
              Copy summary
            </Button>
            <RunActions run={run} retry={retry} stop={stop} />
          </>
        }
      />
      <Stack gap="md">
        <ErrorAlert error={retry.error ?? stop.error} />
        <NextStep run={run} />
        <div className={classes.columns}>
          <Card component="section" aria-label="What happened">
            <Timeline
              run={run}
              chosen={chosen && idOf(chosen.step, chosen.attempt)}
              onChoose={(next) => set('try', next)}
            />
            {run.warnings.map((warning) => (
              <Text key={warning} c="var(--pb-unsure)" mt="xs">
                {warning}
              </Text>
            ))}
          </Card>
          {chosen && (
            <Card component="section" aria-label="One try" aria-live="polite">
              <AttemptDetail
                key={idOf(chosen.step, chosen.attempt)}
                step={chosen.step}
                number={run.steps.indexOf(chosen.step) + 1}
                attempt={chosen.attempt}
              />
            </Card>
          )}
        </div>
      </Stack>
    </>
  )
}

function summaryText(run: Run, took: string): string {
  const quiet = run.steps.length > 0 && run.steps.every((s) => s.state === 'skipped')
  if (run.state === 'succeeded' && quiet) return 'Nothing to do: each step’s condition said no.'
  if (run.state === 'succeeded' && took !== '') return `Done in ${took}.`
  if (run.state === 'canceled' || run.state === 'filtered' || run.state === 'skipped') return run.reason
  if (run.trigger === 'test') return 'A test.'
  return run.trigger === 'replay' ? 'Run again by a person.' : 'Started by an event.'
}
