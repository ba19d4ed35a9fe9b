import { List, Stack, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import { titleOf } from './AlertWay'

interface Props {
  trials: readonly Schemas['AlertTrial'][] | undefined
  error: Error | null
  /** Fields that say themselves what is wrong with them. */
  shown: readonly string[]
  ways: readonly Schemas['Connection'][]
}

/** What came of a test alert, way by way. */
export function AlertTrials({ trials = [], error, shown, ways }: Props) {
  const name = (via: string) => {
    const way = ways.find((connection) => connection.name === via)
    return way ? titleOf(way) : via
  }
  return (
    <div role="status">
      <Stack gap="sm">
        <ErrorAlert error={error} title="The test alert was not sent." shown={shown} />
        {trials.length > 0 && (
          <List listStyleType="none" spacing="sm">
            {trials.map((trial) => (
              <List.Item key={trial.via}>
                <StatusBadge
                  status={trial.error === '' ? { role: 'good', word: 'Sent' } : { role: 'bad', word: 'Not sent' }}
                />
                <Text>
                  {trial.error === ''
                    ? `The test left through ${name(trial.via)}. Look whether it arrived.`
                    : `${name(trial.via)}: ${trial.error}`}
                </Text>
              </List.Item>
            ))}
          </List>
        )}
      </Stack>
    </div>
  )
}
