import { Group, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { lengthWords } from '../retryWords'

const units = [
  { value: 's', label: 'seconds' },
  { value: 'm', label: 'minutes' },
  { value: 'h', label: 'hours' },
  { value: 'd', label: 'days' },
]

interface Props {
  label: string
  /** Such as 90s or 1h; empty when it is left out. */
  value: string
  onChange: (value: string | undefined) => void
  id?: string
  /** What counts when it is empty. */
  usual?: string | undefined
  error?: string | undefined
  readOnly: boolean
  required?: boolean
}

/** A length of time as a number and a unit; what is not of that form stays as it was written. */
export function LengthInput({ label, value, onChange, id, usual = '', error, readOnly, required = false }: Props) {
  const parts = /^(\d*)([smhd])$/.exec(value === '' ? (/[smhd]$/.exec(usual)?.[0] ?? 'm') : value)
  if (parts === null)
    return (
      <TextInput
        {...{ label, error, readOnly, required }}
        {...(id === undefined ? {} : { wrapperProps: { id } })}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value === '' ? undefined : e.currentTarget.value)}
      />
    )
  const [, count = '', unit = 'm'] = parts
  return (
    <Group gap={4} align="flex-end" id={id}>
      <NumberInput
        {...{ label, error, readOnly, required }}
        placeholder={usual === '' ? '' : lengthWords(usual)}
        w={190}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        value={count === '' ? '' : Number(count)}
        onChange={(n) => onChange(n === '' ? undefined : `${n}${unit}`)}
      />
      <NativeSelect
        aria-label={`${label}: unit`}
        data={units}
        disabled={readOnly}
        value={unit}
        onChange={(e) => onChange(`${count === '' ? 1 : count}${e.currentTarget.value}`)}
      />
    </Group>
  )
}
