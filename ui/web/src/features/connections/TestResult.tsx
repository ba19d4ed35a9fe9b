import { Button, Group, Stack, Text } from '@mantine/core'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import type { FormState } from './useConnectionForm'

/** What trying the connection has shown, and the way on without it. */
export function TestResult({ form, may, shown }: { form: FormState; may: boolean; shown: readonly string[] }) {
  const { worked, failure, saved, edited, trying, testable, readOnly } = form
  if (!may) return null
  const failed = saved === null ? failure : null
  return (
    <Stack gap="xs">
      <div role="status">
        {trying && <Text c="dimmed">Trying it…</Text>}
        {!trying && worked !== undefined && (
          <Group gap="xs">
            <StatusBadge status={{ role: 'good', word: 'Works' }} />
            <Text>{worked}</Text>
          </Group>
        )}
      </div>
      {!trying && <ErrorAlert error={failed} title="The test did not go well." shown={shown} />}
      {!trying && testable && edited && worked === undefined && !readOnly && (
        <Group gap="xs">
          {failed === null && <Text c="dimmed">Not tested yet.</Text>}
          <Button size="xs" variant="subtle" onClick={form.save} disabled={form.busy}>
            Save without a test
          </Button>
        </Group>
      )}
      {!testable && !readOnly && <Text c="dimmed">Give an address for a test to find out whether it works.</Text>}
    </Stack>
  )
}
