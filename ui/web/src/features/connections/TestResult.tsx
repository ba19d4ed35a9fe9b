import { Button, Group, Stack, Text } from '@mantine/core'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import type { FormState } from './useConnectionForm'

/** What trying the connection has shown, and the way on without it. */
export function TestResult({ form, shown }: { form: FormState; shown: readonly string[] }) {
  const { worked, failure, saved, edited, trying, testable, readOnly } = form
  const failed = saved === null ? failure : null
  const untested = edited && testable && worked === undefined && !readOnly
  return (
    <Stack gap="xs">
      <div role="status">
        {trying && <Text c="dimmed">Trying it…</Text>}
        {!trying && worked !== undefined && (
          <Group gap="xs" wrap="nowrap" align="flex-start">
            <StatusBadge status={{ role: 'good', word: 'Works' }} />
            <Text>{worked}</Text>
          </Group>
        )}
      </div>
      {!trying && <ErrorAlert error={failed} title="The test did not go well." shown={shown} />}
      {!trying && untested && (
        <Group gap="xs" justify="flex-end">
          {failed === null && <Text c="dimmed">Not tested yet.</Text>}
          <Button size="xs" variant="subtle" onClick={form.save} disabled={form.busy}>
            Save without a test
          </Button>
        </Group>
      )}
    </Stack>
  )
}
