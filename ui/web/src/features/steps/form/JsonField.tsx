import { Button, Group, Input, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { parseValues } from '@/api/exactJson'
import { faultsAt, faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { JsonValue } from './JsonValue'

/** Structured data: rows of names and values in which texts may hold fields, or the same as text. */
export function JsonField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const [asText, setAsText] = useState(false)
  const value = step.with?.[field.name]
  const location = `with.${field.name}`
  const own = faultsAt(faults, location).filter((f) => f.location === location || asText)
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        {/* What is chosen from several stands above already. */}
        {field.oneOf === undefined ? (
          <Input.Label labelElement="div" required={field.required}>
            {field.title}
          </Input.Label>
        ) : (
          <span />
        )}
        <Button variant="subtle" size="compact-xs" onClick={() => setAsText(!asText)}>
          {asText ? 'Show as rows' : 'Edit as text'}
        </Button>
      </Group>
      {field.description !== undefined && <Input.Description>{field.description}</Input.Description>}
      {asText ? (
        <JsonText label={field.title} value={value} readOnly={readOnly} onChange={(v) => set(field.name, v)} />
      ) : (
        <JsonValue label={field.title} location={location} value={value} onChange={(v) => set(field.name, v)} root />
      )}
      {own.length > 0 && <Input.Error>{faultText(own, location)}</Input.Error>}
    </Stack>
  )
}

interface TextProps {
  label: string
  value: unknown
  readOnly: boolean
  onChange: (value: unknown) => void
}

function JsonText({ label, value, readOnly, onChange }: TextProps) {
  const written = value === undefined ? '' : JSON.stringify(value, null, 2)
  const [typed, setTyped] = useState(written)
  const read = parsed(typed)
  const shown = read !== undefined && JSON.stringify(read.value) !== JSON.stringify(value) ? written : typed
  return (
    <Textarea
      aria-label={`${label} as text`}
      autosize
      minRows={4}
      maxRows={24}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      spellCheck={false}
      readOnly={readOnly}
      value={shown}
      error={read === undefined ? 'This is not JSON yet, so it is not taken over.' : undefined}
      onChange={(e) => {
        setTyped(e.currentTarget.value)
        const next = parsed(e.currentTarget.value)
        if (next !== undefined) onChange(next.value)
      }}
    />
  )
}

function parsed(text: string): { value: unknown } | undefined {
  if (text.trim() === '') return { value: undefined }
  try {
    return { value: parseValues(text) }
  } catch {
    return undefined
  }
}
