import { Alert, Button, Group, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { TimeAgo } from '@/components/TimeAgo'
import type { ProblemError } from '@/api/problem'
import type { FormState } from './useConnectionForm'

/** Somebody else changed the connection while it was edited: nothing is lost, the person chooses. */
export function Conflict({ form, error }: { form: FormState; error: ProblemError }) {
  const { settle } = form
  const at = changedAt(error.current)
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconUsers aria-hidden />}
      role="alert"
      title="Somebody else changed this connection"
    >
      <Text>
        {at ? (
          <>
            It was changed <TimeAgo at={at} />, after you opened it.{' '}
          </>
        ) : (
          'It was changed after you opened it. '
        )}
        Nothing of yours is saved yet; it is still in the fields below.
      </Text>
      <Group gap="xs" mt="xs">
        <Button size="xs" variant="default" loading={settle.isPending} onClick={() => settle.mutate({ mine: true })}>
          Go on with mine
        </Button>
        <Button size="xs" variant="default" disabled={settle.isPending} onClick={() => settle.mutate({ mine: false })}>
          Use the stored one
        </Button>
      </Group>
      <ErrorAlert error={settle.error} />
    </Alert>
  )
}

function changedAt(current: unknown): string | undefined {
  if (typeof current !== 'object' || current === null || !('updatedAt' in current)) return undefined
  return typeof current.updatedAt === 'string' ? current.updatedAt : undefined
}
