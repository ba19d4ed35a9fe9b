import { Button, Card, Stack, Text } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useMay, mayNot } from '@/api/session'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { Findings } from './Findings'
import { useHealthCheck } from './queries'
import { SettingsPage } from './SettingsPage'

/** Checks what an instance needs, and says what to do. */
export function HealthPage() {
  const may = useMay('administer')
  const check = useHealthCheck()
  return (
    <SettingsPage
      title="Health check"
      description="Looks at the clock, the disk, the key, the public address and every connection. Nothing is sent."
      actions={
        may && (
          <Button loading={check.isPending} onClick={() => check.mutate()}>
            {check.data ? 'Check again' : 'Check now'}
          </Button>
        )
      }
    >
      {!may && <Text>{mayNot.administer}</Text>}
      <ErrorAlert error={check.error} title="The check could not be made." />
      {may && check.isIdle && (
        <EmptyState icon={IconStethoscope} title="Nothing was checked yet">
          It takes some seconds. The same is told by the command patchbay doctor on the server.
        </EmptyState>
      )}
      {check.isPending && <CardSkeleton height={240} />}
      <div role="status">
        {check.data && !check.isPending && (
          <Card>
            <Stack gap="md">
              <Text fw={600}>{summary(check.data.items)}</Text>
              <Findings items={check.data.items} />
            </Stack>
          </Card>
        )}
      </div>
    </SettingsPage>
  )
}

function summary(items: readonly { state: string }[]): string {
  const [failed, warned] = ['failed', 'warning'].map((state) => items.filter((f) => f.state === state).length)
  if (failed === 0 && warned === 0) return `All ${items.length} checks passed.`
  const parts = [failed ? `${failed} of ${items.length} checks failed` : '', warned ? `${warned} to look at` : '']
  return `${parts.filter(Boolean).join(', ')}.`
}
