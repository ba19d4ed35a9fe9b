import { Alert, Button, Code, Group, List, Text } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { ProblemError } from '@/api/problem'

interface Props {
  error: Error | null
  /** What did not work: "The rule is not saved." */
  title?: string
  retry?: () => void
  /** Fields that show their own message, so that it is not said twice. */
  shown?: readonly string[]
}

/** Says what went wrong and what to do. Nothing when there is no error. */
export function ErrorAlert({ error, title, retry, shown = [] }: Props) {
  if (error === null) return null
  const problem = error instanceof ProblemError ? error : undefined
  const words = problem?.message ?? 'Something went wrong on this page. Reload it; your saved work is safe.'
  const others = (problem?.fields ?? []).filter(
    (f) => f.message !== words && !shown.some((name) => f.location?.endsWith(name)),
  )
  const logged = problem !== undefined && problem.status >= 500 ? problem.requestId : undefined
  return (
    <Alert color="red" variant="light" icon={<IconAlertOctagon aria-hidden />} title={title} role="alert">
      <Text component="p" m={0}>
        {words}
      </Text>
      {others.length > 0 && (
        <List size="sm" mt={4}>
          {others.map((f) => (
            <List.Item key={`${f.location} ${f.message}`}>{f.message}</List.Item>
          ))}
        </List>
      )}
      {(retry || logged) && (
        <Group mt="xs" gap="sm">
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          )}
          {logged && (
            <Text size="xs">
              For the log: <Code>{logged}</Code>
            </Text>
          )}
        </Group>
      )}
    </Alert>
  )
}
