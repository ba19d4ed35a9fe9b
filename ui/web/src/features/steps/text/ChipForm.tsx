import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Against, FormulaField, referenceQuery } from '@/features/conditions'
import classes from './ChipEditor.module.css'
import { asItIs, compose, formatKey, formatsFor, type Parts, partsOf } from './formats'
import { type Chip, chipsQuery } from './useChips'
import { words } from './words'

interface Props {
  source: string
  /** What is known of it. */
  chip: Chip | undefined
  against: Against
  onDone: (expression: string) => void
  onRemove: () => void
  /** A formula is being written: what floats above it belongs to it. */
  onFormula: (written: boolean) => void
}

/** What a chip shows and how: the choices for a field, or a formula. */
export function ChipForm({ source, chip, against, onDone, onRemove, onFormula }: Props) {
  const [parts, setParts] = useState(() => partsOf(chip))
  const [formula, setFormula] = useState(source.trim())
  const expression = parts === undefined ? formula : compose(parts)
  const shown = useQuery(chipsQuery([expression], against)).data?.get(expression)
  const byHand = () => {
    setFormula(expression)
    setParts(undefined)
    onFormula(true)
  }
  const choices = partsOf(shown)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation() // the page may be a form as well
    onDone(expression)
  }
  return (
    <form onSubmit={submit} className={classes.form}>
      <Stack gap="sm">
        {parts === undefined ? (
          <FormulaField label="Formula" expression={formula} onChange={setFormula} against={against} minHeight={64} />
        ) : (
          <Choices parts={parts} onParts={setParts} against={against} />
        )}
        {chip?.instead !== undefined && parts?.field === chip.field && (
          <Text size="sm">
            This event has no such field. Did you mean <b>{chip.instead.label}</b>?{' '}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => setParts({ ...parts, field: chip.instead?.path ?? parts.field })}
            >
              Use {chip.instead.label}
            </Button>
          </Text>
        )}
        <Text size="sm" c="dimmed" className={classes.result} aria-live="polite">
          {resultOf(shown)}
        </Text>
        <Group justify="space-between" gap="xs">
          <Group gap={4}>
            <Button variant="subtle" color="gray" size="compact-sm" onClick={onRemove}>
              Remove
            </Button>
            {parts === undefined ? (
              choices !== undefined && (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  onClick={() => {
                    setParts(choices)
                    onFormula(false)
                  }}
                >
                  Choices
                </Button>
              )
            ) : (
              <Button variant="subtle" size="compact-sm" onClick={byHand}>
                Formula
              </Button>
            )}
          </Group>
          <Button type="submit" variant="light" size="compact-sm">
            Done
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const results: Readonly<Record<Chip['state'], string>> = {
  here: 'Shows',
  empty: 'Shows nothing: it is empty in this event.',
  missing: 'Shows nothing: not in this event.',
  waiting: 'Known when the step has run.',
  broken: '',
}

function resultOf(chip: Chip | undefined): string {
  if (chip === undefined) return ' '
  return chip.value === '' ? results[chip.state] : `Shows ${chip.value}`
}

interface ChoicesProps {
  parts: Parts
  onParts: (parts: Parts) => void
  against: Against
}

function Choices({ parts, onParts, against }: ChoicesProps) {
  const { data: functions } = useQuery(referenceQuery)
  const field = useQuery(chipsQuery([parts.field], against)).data?.get(parts.field)
  const { first, more } = formatsFor(field?.type ?? 'any', functions)
  const all = [...first, ...more]
  const now = formatKey(parts)
  const known = all.some((f) => formatKey(f) === now)
  const own = { title: `${parts.function}(…)`, function: parts.function, args: parts.args }
  const option = (f: typeof own) => ({ value: formatKey(f), label: f.title })
  return (
    <>
      <div>
        <Text fw={600}>{field?.label ?? words(parts.field)}</Text>
        <Text size="xs" c="dimmed" className="mono">
          {parts.field}
        </Text>
      </div>
      <NativeSelect
        label="Show it as"
        data-autofocus
        value={now}
        data={[
          ...(known ? first : [...first, own]).map(option),
          ...(more.length > 0 ? [{ group: 'More', items: more.map(option) }] : []),
        ]}
        onChange={(event) => {
          const chosen = all.find((f) => formatKey(f) === event.currentTarget.value) ?? asItIs
          onParts({ ...parts, function: chosen.function, args: chosen.args })
        }}
      />
      <TextInput
        label="If it is missing, write"
        value={parts.default ?? ''}
        onChange={(event) => onParts({ ...parts, default: event.currentTarget.value || undefined })}
      />
    </>
  )
}
