import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { understandNumber } from '../tree/number'

interface Props {
  label: string
  value: string | number | undefined
  onChange: (value: string) => void
  placeholder?: string
  control?: boolean
}

/** A number as people write it. What was understood stands beside it when it looks different. */
export function NumberValue({ label, value, onChange, placeholder, control = false }: Props) {
  const [typed, setTyped] = useState(String(value ?? ''))
  const [from, setFrom] = useState(value)
  // A value from elsewhere, such as from Undo, takes the place of what was typed.
  if (from !== value) {
    setFrom(value)
    if (String(value ?? '') !== (understandNumber(typed) ?? typed)) setTyped(String(value ?? ''))
  }
  const understood = understandNumber(typed)
  const differs = understood !== undefined && understood !== typed.trim()
  return (
    <TextInput
      aria-label={label}
      inputMode="decimal"
      autoComplete="off"
      {...(placeholder === undefined ? {} : { placeholder })}
      {...(control ? { 'data-control': 'value' } : {})}
      error={typed.trim() !== '' && understood === undefined}
      value={typed}
      rightSection={differs ? <span style={{ fontSize: 12, color: 'var(--pb-second)' }}>= {understood}</span> : null}
      rightSectionWidth={differs ? `${understood.length + 4}ch` : 0}
      onChange={(e) => {
        const next = e.currentTarget.value
        setTyped(next)
        const number = understandNumber(next) ?? next.trim()
        setFrom(number)
        onChange(number)
      }}
      onBlur={() => understood !== undefined && setTyped(understood)}
    />
  )
}
