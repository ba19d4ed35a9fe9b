import { Button, Group, Input, PasswordInput, Stack, Text } from '@mantine/core'
import { type ReactNode, useId, useState } from 'react'
import { MaskedSecret } from '@/components/MaskedSecret'
import { CompareSecret } from './CompareSecret'

interface Props {
  label: string
  description?: ReactNode
  placeholder?: string
  required?: boolean
  /** Last four characters of the stored secret; undefined when there is none. */
  last4: string | undefined
  /** What was typed; undefined keeps the stored secret, null removes it. */
  value: string | null | undefined
  onChange: (value: string | null | undefined) => void
  error?: ReactNode
  readOnly?: boolean
  /** The stored connection and the path of the secret in it. */
  stored?: { readonly connection: string; readonly field: string } | undefined
}

/** A secret that can be set, replaced and compared, and never read. */
export function SecretField(props: Props) {
  const { label, description, placeholder, required = false, last4, value, onChange, error, readOnly = false } = props
  if (last4 !== undefined && value === undefined && !error) return <StoredSecret {...props} last4={last4} />
  if (last4 !== undefined && value === null) {
    return (
      <Input.Wrapper label={label} labelElement="div">
        <Group gap="sm">
          <Text>It is removed when you save.</Text>
          <Button size="xs" variant="default" onClick={() => onChange(undefined)}>
            Keep it
          </Button>
        </Group>
      </Input.Wrapper>
    )
  }
  return (
    <Stack gap={4} align="stretch">
      <PasswordInput
        label={label}
        description={description}
        placeholder={placeholder ?? ''}
        withAsterisk={required}
        autoComplete="new-password"
        spellCheck={false}
        disabled={readOnly}
        visibilityToggleButtonProps={{ 'aria-label': `Show what is typed for ${label}` }}
        value={value ?? ''}
        onChange={(e) => onChange(e.currentTarget.value)}
        error={error}
        aria-invalid={Boolean(error)}
        {...(value === '' && last4 !== undefined ? { 'data-autofocus': true, autoFocus: true } : {})}
      />
      {last4 !== undefined && value !== undefined && (
        <Group>
          <Button size="xs" variant="subtle" onClick={() => onChange(undefined)}>
            Keep the stored one
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function StoredSecret({
  label,
  required = false,
  last4,
  onChange,
  readOnly = false,
  stored,
}: Props & { last4: string }) {
  const [compares, setCompares] = useState(false)
  const id = useId()
  return (
    <div role="group" aria-labelledby={id}>
      <Input.Label id={id} labelElement="div">
        {label}
      </Input.Label>
      <Group gap="xs">
        <MaskedSecret last4={last4} />
        {!readOnly && (
          <Button size="xs" variant="default" onClick={() => onChange('')}>
            Replace
          </Button>
        )}
        {stored && !readOnly && (
          <Button size="xs" variant="subtle" aria-expanded={compares} onClick={() => setCompares(!compares)}>
            Compare
          </Button>
        )}
        {!required && !readOnly && (
          <Button size="xs" variant="subtle" onClick={() => onChange(null)}>
            Remove
          </Button>
        )}
      </Group>
      {compares && stored && <CompareSecret {...stored} label={label} />}
    </div>
  )
}
