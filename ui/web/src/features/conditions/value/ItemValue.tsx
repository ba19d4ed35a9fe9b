import { NativeSelect, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Against } from '../against'
import { fieldsQuery } from '../picker/fields'
import type { Scalar } from '../tree/node'
import { NumberValue } from './NumberValue'

interface Props {
  label: string
  /** The list that is looked through. */
  list: string
  against: Against
  value: Scalar | undefined
  onChange: (value: Scalar, typing: boolean) => void
}

/** What a list contains: text, a number or yes and no, as its items are. */
export function ItemValue({ label, list, against, value, onChange }: Props) {
  const { data } = useQuery(fieldsQuery(against, { items: list }))
  const item = data?.items.find((f) => f.path === '#')
  if (typeof value === 'boolean' || (value === undefined && item?.type === 'boolean'))
    return (
      <NativeSelect
        aria-label={label}
        data-control="value"
        data={[
          { value: '', label: 'Choose', disabled: true },
          { value: 'true', label: 'yes' },
          { value: 'false', label: 'no' },
        ]}
        value={value === undefined ? '' : String(value)}
        onChange={(e) => onChange(e.currentTarget.value === 'true', false)}
      />
    )
  if (typeof value === 'number' || (item?.type === 'number' && (value === undefined || value === '')))
    return (
      <NumberValue
        label={label}
        control
        value={value}
        onChange={(next) => onChange(Number.isFinite(Number(next)) && next !== '' ? Number(next) : next, true)}
      />
    )
  return (
    <TextInput
      aria-label={label}
      data-control="value"
      value={value ?? ''}
      onChange={(e) => onChange(e.currentTarget.value, true)}
    />
  )
}
