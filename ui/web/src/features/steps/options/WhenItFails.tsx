import { Button, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core'
import { faultText } from '../faults'
import { retryWords } from '../retryWords'
import { settingId, useStep } from '../useStep'
import { LengthInput } from './LengthInput'
import classes from './options.module.css'

/** What happens when a step does not work: how often it is tried, and what comes then. */
export function WhenItFails() {
  const { step, spec, change, faults, readOnly } = useStep()
  const retry = step.retry ?? spec.retry
  const times = retry.attempts
  const own = [step.retry, step.onError, step.onUnknown, step.timeout].some((setting) => setting !== undefined)
  const unknown = step.onUnknown ?? spec.onUnknown
  const tryTimes = (n: number) =>
    change({ retry: n <= 1 ? { attempts: 1 } : { attempts: n, over: retry.over ?? '1h' } }, 'retry')
  return (
    <div role="group" aria-label="If it does not work" id={settingId(step.key, 'retry')}>
      <div className={classes.title}>If it does not work</div>
      <Stack gap="sm">
        <Group gap="xs" align="flex-start">
          <NumberInput
            label="Try this many times"
            w={190}
            min={1}
            max={100}
            allowDecimal={false}
            allowNegative={false}
            readOnly={readOnly}
            error={faultText(faults, 'retry.attempts')}
            value={times}
            onChange={(n) => typeof n === 'number' && tryTimes(n)}
          />
          {times > 1 && (
            <LengthInput
              label="Spread over"
              value={retry.over ?? ''}
              readOnly={readOnly}
              error={faultText(faults, 'retry.over')}
              onChange={(over) =>
                change({ retry: { attempts: times, ...(over === undefined ? {} : { over }) } }, 'retry')
              }
            />
          )}
          <NativeSelect
            label="Then"
            disabled={readOnly}
            value={step.onError === 'continue' ? 'continue' : 'stop'}
            data={[
              { value: 'stop', label: 'mark the run failed' },
              { value: 'continue', label: 'go on with the next step' },
            ]}
            onChange={(e) => change({ onError: e.currentTarget.value === 'continue' ? 'continue' : undefined })}
          />
        </Group>
        <NativeSelect
          label="When it may have been sent, but no answer came"
          disabled={readOnly}
          value={unknown}
          data={[
            { value: 'retry', label: 'Try again: it may arrive twice' },
            { value: 'stop', label: 'Stop and let a person decide: it may be missing' },
          ]}
          onChange={(e) =>
            change({ onUnknown: e.currentTarget.value === spec.onUnknown ? undefined : e.currentTarget.value })
          }
        />
        <LengthInput
          label="Longest time for one try"
          id={settingId(step.key, 'timeout')}
          usual={spec.timeout}
          value={step.timeout ?? ''}
          readOnly={readOnly}
          error={faultText(faults, 'timeout')}
          onChange={(timeout) => change({ timeout }, 'timeout')}
        />
        <Group gap="xs">
          <Text c="dimmed">{retryWords(retry, step.onError)}.</Text>
          {own && !readOnly && (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => change({ retry: undefined, onError: undefined, onUnknown: undefined, timeout: undefined })}
            >
              As usual
            </Button>
          )}
        </Group>
      </Stack>
    </div>
  )
}
