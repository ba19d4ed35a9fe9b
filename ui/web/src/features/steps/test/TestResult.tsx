import { Button, Group, Spoiler, Stack, Text } from '@mantine/core'
import { durationText, parseDuration } from '@/components/format'
import { JsonTree } from '@/components/json'
import { Sentence } from '@/components/Sentence'
import { StatusBadge } from '@/components/StatusBadge'
import { Shown } from '../preview/Shown'
import { focusSetting, useStep } from '../useStep'
import { adviceFor } from './advice'
import { contentOf, type Test, testStatus } from './test'
import classes from './test.module.css'

interface Props {
  test: Test
  /** What people call the connection; empty without one. */
  connection: string
  onRetry: () => void
}

/** What a test did: whether it worked, what was sent, what came back, and what to do when it failed. */
export function TestResult({ test, connection, onRetry }: Props) {
  const { step } = useStep()
  const { result } = test
  const failed = result.done && result.error !== ''
  const took = durationText(parseDuration(result.duration) ?? 0)
  return (
    <div className={classes.result} role="status">
      <Stack gap="sm">
        <Group gap="xs">
          <StatusBadge status={{ role: 'draft', word: 'Test' }} />
          <StatusBadge status={testStatus(result)} />
          {result.done && (
            <Text size="xs" c="dimmed">
              {took}
            </Text>
          )}
          {test.content !== contentOf(step) && (
            <Text size="xs" c="dimmed">
              The step was changed since.
            </Text>
          )}
        </Group>
        {!result.done && (
          <Text>
            Nothing was sent: {result.preview.skipped.slice(0, 1).toLowerCase() + result.preview.skipped.slice(1)}
          </Text>
        )}
        {failed && <Failure test={test} connection={connection} onRetry={onRetry} />}
        {result.done && !failed && result.log !== '' && <Text>{result.log}</Text>}
        {result.done && (
          <Spoiler maxHeight={0} showLabel="Show what it did" hideLabel="Hide what it did">
            <Shown preview={result.preview} step={step} />
          </Spoiler>
        )}
        {result.output !== null && result.output !== undefined && (
          <div>
            <Text size="xs" c="dimmed">
              {failed ? 'Answer' : 'Answer. Later steps can use these fields.'}
            </Text>
            <div className={classes.answer}>
              <JsonTree value={result.output} label="Answer" />
            </div>
          </div>
        )}
      </Stack>
    </div>
  )
}

function Failure({ test, connection, onRetry }: Props) {
  const { step, connect } = useStep()
  const { result } = test
  const advice = adviceFor(result, step, connection)
  const setting = advice?.setting
  return (
    <>
      <Text>{advice === undefined ? result.error : <Sentence parts={advice.text} />}</Text>
      {advice !== undefined && (
        <Text size="xs" c="dimmed">
          {result.error}
        </Text>
      )}
      <Group gap="xs">
        {setting !== undefined && (
          <Button size="xs" variant="default" onClick={() => focusSetting(step.key, setting.location)}>
            {setting.label}
          </Button>
        )}
        {advice?.connection !== undefined && (
          <Button size="xs" variant="default" onClick={() => connect(step.connection)}>
            {advice.connection}
          </Button>
        )}
        {advice?.allow === true && (
          <Button size="xs" variant="default" component="a" href="settings/programs" target="_blank" rel="noreferrer">
            Allow this address…
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={onRetry}>
          Send test again
        </Button>
      </Group>
    </>
  )
}
