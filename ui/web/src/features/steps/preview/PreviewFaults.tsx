import { Alert, Anchor, List } from '@mantine/core'
import { type ProblemError, nameOf } from '@/api/problem'
import type { ActionSpec } from '../actions'
import type { Step } from '../edit'
import { fieldTitle } from '../fieldTitle'
import { focusSetting } from '../useStep'

interface Props {
  error: ProblemError
  step: Step
  index: number
  spec: ActionSpec | undefined
}

/** Why a step could not do anything for this event, each with the way to the setting. */
export function PreviewFaults({ error, step, index, spec }: Props) {
  const before = `rule.steps[${index}].`
  const faults = error.fields.length > 0 ? error.fields : [{ message: error.message, location: '' }]
  return (
    <Alert color="yellow" variant="light" title="This step is not ready" role="status">
      <List size="sm" listStyleType="none" spacing={4}>
        {faults.map((fault) => {
          const name = nameOf(fault)
          const location = name.startsWith(before) ? name.slice(before.length) : ''
          return (
            <List.Item key={`${name} ${fault.message}`}>
              {location !== '' && (
                <>
                  <Anchor component="button" type="button" onClick={() => focusSetting(step.key, location)}>
                    {fieldTitle(location, spec)}
                  </Anchor>
                  {': '}
                </>
              )}
              {fault.message}
            </List.Item>
          )
        })}
      </List>
    </Alert>
  )
}
