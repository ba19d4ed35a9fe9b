import { Collapse, Stack, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { ConditionEditor } from '@/features/conditions'
import { faultsAt } from '../faults'
import { Fields } from '../form/Fields'
import type { StepField } from '../form/fields'
import { settingId, useStep } from '../useStep'
import { RepeatFor } from './RepeatFor'
import { WhenItFails } from './WhenItFails'
import classes from './options.module.css'

/** Settings that few steps need. They show themselves where one is in use or at fault. */
export function MoreOptions({ fields }: { fields: readonly StepField[] }) {
  const { step, spec, against, change, faults, readOnly } = useStep()
  const used = fields.some((f) => step.with?.[f.name] !== undefined) || owned.some((name) => step[name] !== undefined)
  const wrong = [...fields.map((f) => `with.${f.name}`), ...owned].some((at) => faultsAt(faults, at).length > 0)
  const [opened, setOpened] = useState(used)
  const shown = opened || wrong
  const id = useId()
  return (
    <div>
      <UnstyledButton
        className={classes.more}
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setOpened(!shown)}
      >
        <IconChevronRight size={16} aria-hidden="true" className={classes.turn} />
        More options
      </UnstyledButton>
      <Collapse expanded={shown} id={id}>
        {shown && (
          <Stack gap="md" pt="sm">
            <Fields fields={fields} />
            <div id={settingId(step.key, 'if')}>
              <div className={classes.title}>Only do this step if</div>
              <ConditionEditor
                label="Only do this step if"
                expression={step.if ?? ''}
                onChange={(expression, edit) =>
                  change({ if: expression === '' ? undefined : expression }, edit?.join ?? 'if')
                }
                against={against}
                faults={faultsAt(faults, 'if')}
                readOnly={readOnly}
              />
            </div>
            <RepeatFor />
            {!spec.flow && <WhenItFails />}
          </Stack>
        )}
      </Collapse>
    </div>
  )
}

const owned = ['if', 'forEach', 'retry', 'onError', 'onUnknown', 'timeout'] as const
