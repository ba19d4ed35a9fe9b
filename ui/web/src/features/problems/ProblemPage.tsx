import { Button, Card, Group, Stack, Tabs, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '@/api/session'
import { CopyButton } from '@/components/CopyButton'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { StatusBadge } from '@/components/StatusBadge'
import { showDone } from '@/components/UndoToast'
import { useUrlFilters } from '@/components/useUrlFilters'
import { BulkDialog, RunTable, useCheck } from '@/features/runs'
import { ProblemFacts } from './ProblemFacts'
import { problemQuery, type Trouble } from './queries'
import { nameOf, problemStatus, summaryOf } from './words'

const route = getRouteApi('/shell/problems/$id')

export function ProblemPage() {
  const { id } = route.useParams()
  const { data, error, isPending, refetch } = useQuery(problemQuery(id))
  const again = () => void refetch()
  if (data) return <Shown key={id} problem={data} />
  return (
    <>
      <PageHeader title="Problem" back={{ to: '/problems', label: 'Problems' }} />
      <ErrorAlert error={error} title="The problem could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={160} retry={again} />}
    </>
  )
}

function Shown({ problem }: { problem: Trouble }) {
  const check = useCheck(() => showDone('Checking now.'))
  return (
    <>
      <PageHeader
        title={nameOf(problem)}
        tabTitle={`${nameOf(problem)}: problem`}
        back={{ to: '/problems', label: 'Problems' }}
        status={<StatusBadge status={problemStatus(problem)} />}
        description={problem.reason}
        actions={<Deeds problem={problem} check={check} />}
      />
      <Stack gap="md">
        <ErrorAlert error={check.error} title="It could not be checked." />
        <Card component="section" aria-label="Summary">
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <ProblemFacts problem={problem} />
            <CopyButton value={summaryOf(problem)} what="the summary" />
          </Group>
        </Card>
        <RunTabs problem={problem} />
      </Stack>
    </>
  )
}

type Deed = keyof typeof deeds

/** What is done to many runs at once, and to which: never to what may have been sent. */
const deeds = {
  waiting: { deed: 'skip', state: 'waiting' },
  retry: { deed: 'retry', state: 'failed' },
  failed: { deed: 'skip', state: 'failed' },
} as const

function Deeds({ problem, check }: { problem: Trouble; check: ReturnType<typeof useCheck> }) {
  const may = useMay('change')
  const [asked, setAsked] = useState<Deed>()
  const [opened, setOpened] = useState(false)
  if (!may || problem.solvedAt !== null) return null
  const ask = (deed: Deed) => {
    setAsked(deed)
    setOpened(true)
  }
  return (
    <>
      {problem.waiting > 0 && (
        <Button
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate(problem.id)}
        >
          Check now
        </Button>
      )}
      {problem.waiting > 0 && (
        <Button variant="default" onClick={() => ask('waiting')}>
          Skip waiting runs…
        </Button>
      )}
      {problem.failed > 0 && (
        <Button variant={problem.waiting > 0 ? 'default' : 'filled'} onClick={() => ask('retry')}>
          Retry failed…
        </Button>
      )}
      {problem.failed > 0 && (
        <Button variant="default" onClick={() => ask('failed')}>
          Skip failed…
        </Button>
      )}
      {asked && (
        <BulkDialog
          key={asked}
          deed={deeds[asked].deed}
          filter={{
            problem: problem.id,
            state: deeds[asked].state,
            ...(asked === 'failed' ? { unknown: 'without' } : {}),
          }}
          opened={opened}
          onClose={() => setOpened(false)}
        />
      )}
    </>
  )
}

const tabs = [
  { state: 'waiting', label: 'Waiting', empty: 'No run waits for this.' },
  { state: 'unsure', label: 'May have been sent', empty: 'Nothing is in doubt.' },
  { state: 'failed', label: 'Failed', empty: 'No run failed because of this.' },
] as const

function RunTabs({ problem }: { problem: Trouble }) {
  const { values, set } = useUrlFilters(['show'])
  const counts = { waiting: problem.waiting, unsure: problem.unknown, failed: problem.failed }
  const full = tabs.find(({ state }) => counts[state] > 0)?.state ?? 'waiting'
  if (problem.solvedAt !== null) return null
  return (
    <Tabs value={values['show'] ?? full} onChange={(next) => set('show', next ?? undefined)} keepMounted={false}>
      <Tabs.List>
        {tabs.map(({ state, label }) => (
          <Tabs.Tab key={state} value={state}>
            {label} {counts[state].toLocaleString()}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ state, label, empty }) => (
        <Tabs.Panel key={state} value={state} pt="sm">
          <RunTable
            label={label}
            settle={state === 'unsure'}
            filter={{ problem: problem.id, state }}
            empty={<Text c="dimmed">{empty}</Text>}
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
