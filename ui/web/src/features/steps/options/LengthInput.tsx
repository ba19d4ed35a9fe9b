import { Group, NativeSelect, NumberInput, TextInput } from '@mantine/core'

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
  placeholder?: string | undefined
  error?: string | undefined
  readOnly: boolean
  required?: boolean
}

/** A length of time as a number and a unit; what is not of that form stays as it was written. */
export function LengthInput({ label, value, onChange, id, placeholder, error, readOnly, required = false }: Props) {
  const parts = /^(\d*)([smhd])$/.exec(value === '' ? 'm' : value)
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
        {...{ label, error, readOnly, required, placeholder }}
        w={150}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        value={count === '' ? '' : Number(count)}
        onChange={(n) => onChange(n === '' ? undefined : `${n}${unit}`)}
      />
      <NativeSelect
        aria-label={`${label}: unit`}
        data={units}
        disabled={readOnly || value === ''}
        value={unit}
        onChange={(e) => onChange(`${count}${e.currentTarget.value}`)}
      />
    </Group>
  )
}
