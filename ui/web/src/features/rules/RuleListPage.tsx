import { Button } from '@mantine/core'
import { IconBolt } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { useNarrow } from '@/components/usePhone'
import { ExportButton } from '@/features/exports'
import { StartRecipes } from '@/features/recipes'
import { overviewQuery, rulesQuery, useDelete, useTurn } from './queries'
import { RuleRow } from './RuleRow'

export function RuleListPage() {
  const { data, error, isPending, refetch } = useQuery(rulesQuery)
  const { data: overview } = useQuery(overviewQuery)
  const may = useMay('change')
  const narrow = useNarrow()
  const turn = useTurn()
  const remove = useDelete()
  const again = () => void refetch()
  return (
    <>
      <PageHeader
        title="Rules"
        description="Rules say what happens when an event comes in."
        actions={
          data &&
          data.length > 0 && (
            <>
              <ExportButton />
              {may && <NewRuleButton />}
            </>
          )
        }
      />
      <ErrorAlert error={error} title="The rules could not be loaded." retry={again} />
      <ErrorAlert error={turn.error} title="The rule is as it was." />
      {isPending && <ListSkeleton rows={6} retry={again} />}
      {data?.length === 0 && (
        <>
          <EmptyState icon={IconBolt} title="No rule yet" actions={may && <Begin />}>
            Rules say what happens when an event comes in.
          </EmptyState>
          {may && <StartRecipes count={3} />}
        </>
      )}
      {data && data.length > 0 && (
        <DataList
          label="Rules"
          items={data}
          keyOf={(rule) => rule.id}
          columns={narrow ? '48px minmax(0, 1fr) 224px 44px' : '48px minmax(0, 1fr) 224px 104px 44px'}
          row={(rule, phone) => (
            <RuleRow
              rule={rule}
              activity={overview?.rules.find((r) => r.ruleId === rule.id)}
              phone={phone}
              narrow={narrow}
              onTurn={(on) => turn.mutate({ id: rule.id, on })}
              onDelete={() => remove.mutate(rule.id)}
            />
          )}
        />
      )}
    </>
  )
}

function Begin() {
  return (
    <>
      <NewRuleButton />
      <Button component={Link} to="/recipes" variant="default">
        Start from a recipe
      </Button>
    </>
  )
}

function NewRuleButton() {
  return (
    <Button component={Link} to="/rules/new">
      Make a rule
    </Button>
  )
}
