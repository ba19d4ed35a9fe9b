import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TextWithFields } from './TextWithFields'
import { rowOf, useRows } from './useRows'
import classes from './form.module.css'

/** Names and values, such as headers. */
export function PairsField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const { rows, put } = useRows(step.with?.[field.name], (made) => set(field.name, made))
  const names = rows.map((r) => r.name)
  const own = faults.filter((f) => f.location === `with.${field.name}`)
  return (
    <Input.Wrapper
      label={field.title}
      description={field.description}
      required={field.required}
      error={faultText(own, `with.${field.name}`)}
      labelElement="div"
    >
      <Stack gap="xs" mt={4} role="group" aria-label={field.title}>
        {rows.map((row, i) => (
          <Group key={row.id} gap={4} wrap="nowrap" align="flex-start" className={classes.pair}>
            <TextInput
              label="Name"
              className={classes.name}
              readOnly={readOnly}
              value={row.name}
              error={row.name !== '' && names.indexOf(row.name) !== i ? 'This name stands here twice.' : undefined}
              onChange={(e) => put(rows.with(i, { ...row, name: e.currentTarget.value }))}
            />
            <div className={classes.rest}>
              <TextWithFields
                label={`Value of ${row.name || `name ${i + 1}`}`}
                location={`with.${field.name}.${row.name}`}
                literal={field.literal}
                value={
                  typeof row.value === 'string' ? row.value : row.value === undefined ? '' : JSON.stringify(row.value)
                }
                onChange={(text) => put(rows.with(i, { ...row, value: text }))}
              />
            </div>
            {!readOnly && (
              <ActionIcon
                variant="subtle"
                className={classes.remove}
                aria-label={`Remove ${row.name || `name ${i + 1}`}`}
                onClick={() => put(rows.toSpliced(i, 1))}
              >
                <IconX size={16} aria-hidden="true" />
              </ActionIcon>
            )}
          </Group>
        ))}
        {!readOnly && (
          <Button
            variant="subtle"
            size="xs"
            className={classes.add}
            leftSection={<IconPlus size={14} aria-hidden="true" />}
            onClick={() => put([...rows, rowOf('', '')])}
          >
            Name and value
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  )
}
