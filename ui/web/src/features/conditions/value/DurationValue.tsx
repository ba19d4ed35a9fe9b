import { NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { NumberValue } from './NumberValue'
import classes from './value.module.css'

const units = [
  { value: 'm', label: 'minutes' },
  { value: 'h', label: 'hours' },
  { value: 'd', label: 'days' },
]

interface Props {
  label: string
  value: string
  onChange: (value: string, typing: boolean) => void
}

/** A length of time such as 90m or 7d, as a number and its unit; a mixed one such as 1h30m as it is written. */
export function DurationValue({ label, value, onChange }: Props) {
  const [, count, unit] = /^([^a-z]*)(m|h|d)?$/.exec(value) ?? []
  const [chosen, setChosen] = useState('d')
  if (count === undefined)
    return (
      <TextInput
        aria-label={label}
        data-control="value"
        value={value}
        onChange={(e) => onChange(e.currentTarget.value, true)}
      />
    )
  const current = unit ?? chosen
  return (
    <div className={classes.pair}>
      <NumberValue
        label={label}
        control
        value={count}
        onChange={(next) => onChange(next === '' ? '' : `${next}${current}`, true)}
      />
      <NativeSelect
        aria-label="Unit"
        data={units}
        value={current}
        onChange={(e) => {
          setChosen(e.currentTarget.value)
          if (count !== '') onChange(`${count}${e.currentTarget.value}`, false)
        }}
      />
    </div>
  )
}
