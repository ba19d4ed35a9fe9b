import { TagsInput } from '@mantine/core'
import { useState } from 'react'
import type { Scalar } from '../tree/node'
import { understandNumber } from '../tree/number'

interface Props {
  label: string
  value: readonly Scalar[]
  numbers: boolean
  onChange: (value: readonly string[]) => void
}

/** Several values as tags. "a, b, c" makes three of them, typed or pasted. */
export function ListValue({ label, value, numbers, onChange }: Props) {
  const [typed, setTyped] = useState('')
  const take = (tags: readonly string[]) =>
    onChange([
      ...new Set(
        tags
          .map((t) => t.trim())
          .filter((t) => t !== '')
          .map((t) => (numbers ? (understandNumber(t) ?? t) : t)),
      ),
    ])
  return (
    <TagsInput
      aria-label={label}
      data-control="value"
      placeholder={value.length === 0 ? 'paid, pending' : ''}
      value={value.map(String)}
      onChange={take}
      searchValue={typed}
      onSearchChange={setTyped}
      splitChars={[',', ';', '\n', '\t']}
      acceptValueOnBlur
      onPaste={(e) => {
        const parts = e.clipboardData.getData('text').split(/[,;\n\t]/)
        if (parts.length < 2) return
        e.preventDefault()
        take([...value.map(String), ...parts])
      }}
      clearable={false}
    />
  )
}
