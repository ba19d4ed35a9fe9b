import { ActionIcon, Button, Group, Input, Stack } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TextWithFields } from './TextWithFields'
import classes from './form.module.css'

/** Several texts, one a row: addresses, or a program with its arguments. One address alone is plain text. */
export function ListField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const value = step.with?.[field.name]
  const rows = rowsOf(value)
  const location = `with.${field.name}`
  const own = faults.filter((f) => f.location === location)
  const put = (next: string[]) => {
    if (next.length === 0 || (next.length === 1 && next[0] === '')) set(field.name, undefined)
    else set(field.name, next.length === 1 && field.kind === 'list' ? next[0] : next)
  }
  // Of a list of words the whole has a name; of others the first row has it.
  const whole = field.kind === 'words' ? field.title : ''
  return (
    <Input.Wrapper
      label={whole}
      description={field.kind === 'words' ? field.description : undefined}
      error={rows.length > 1 ? faultText(own, location) : undefined}
      labelElement="div"
    >
      <Stack gap="xs" mt={whole === '' ? 0 : 4}>
        {rows.map((row, i) => (
          // Rows have no identity but their place.
          // oxlint-disable-next-line react/no-array-index-key
          <Group key={i} gap={4} wrap="nowrap" align="flex-start">
            <div className={classes.rest}>
              <TextWithFields
                label={rowName(field, i)}
                location={rows.length === 1 ? location : `${location}[${i}]`}
                required={field.required && i === 0}
                description={field.kind === 'words' || i > 0 ? undefined : field.description}
                placeholder={
                  i === 0
                    ? (field.placeholder ?? (field.kind === 'words' ? '/usr/local/bin/program' : undefined))
                    : undefined
                }
                value={row}
                literal={field.literal}
                onChange={(text) => put(rows.with(i, text))}
              />
            </div>
            {!readOnly && rows.length > 1 && (
              <ActionIcon
                variant="subtle"
                className={classes.remove}
                aria-label={`Remove ${rowName(field, i)}`}
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
            onClick={() => put([...rows, ''])}
          >
            {field.kind === 'words' ? 'Argument' : 'One more'}
          </Button>
        )}
      </Stack>
    </Input.Wrapper>
  )
}

function rowsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [''] : value.map(String)
  return [typeof value === 'string' ? value : '']
}

function rowName(field: StepField, i: number): string {
  if (field.kind !== 'words') return i === 0 ? field.title : `${field.title} ${i + 1}`
  return i === 0 ? 'Program' : `Argument ${i}`
}
