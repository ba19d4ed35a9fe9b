import { Button, Group, Input, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { SecretField } from './SecretField'
import type { Secrets } from './values'

type Named = Readonly<Record<string, string | null>>

interface Props {
  label: string
  description: string
  /** Path of the field: the stored secrets lie below it. */
  path: string
  secrets: Secrets
  value: Named
  onChange: (value: Named) => void
  errorOf: (path: string) => string | undefined
  readOnly: boolean
  connection: string | undefined
}

/** Secrets with names, which steps can put where they need them. */
export function NamedSecrets({
  label,
  description,
  path,
  secrets,
  value,
  onChange,
  errorOf,
  readOnly,
  connection,
}: Props) {
  const [name, setName] = useState('')
  const stored = Object.keys(secrets).flatMap((p) => (p.startsWith(`${path}.`) ? [p.slice(path.length + 1)] : []))
  const names = [...new Set([...stored, ...Object.keys(value)])]
  const set = (key: string, text: string | null | undefined) => {
    const { [key]: _, ...others } = value
    onChange(text === undefined ? others : { ...others, [key]: text })
  }
  const add = () => {
    if (name.trim() !== '') set(name.trim(), '')
    setName('')
  }
  return (
    <Stack gap="xs" role="group" aria-label={label}>
      <div>
        <Input.Label labelElement="div">{label}</Input.Label>
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      </div>
      {names.map((key) => (
        <Group key={key} gap="xs" align="flex-end" wrap="nowrap">
          <div style={{ flex: 1, minWidth: 0 }}>
            <SecretField
              label={key}
              last4={secrets[`${path}.${key}`]}
              value={value[key]}
              onChange={(text) => set(key, text)}
              error={errorOf(`${path}.${key}`)}
              readOnly={readOnly}
              stored={connection === undefined ? undefined : { connection, field: `${path}.${key}` }}
            />
          </div>
          {!stored.includes(key) && (
            <Button variant="subtle" onClick={() => set(key, undefined)} aria-label={`Remove ${key}`}>
              Remove
            </Button>
          )}
        </Group>
      ))}
      {!readOnly && (
        <Group gap="xs" align="flex-end">
          <TextInput
            label="Name of another secret"
            placeholder="SIGNING_KEY"
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.key !== 'Enter') return
              e.preventDefault() // it would save the form
              add()
            }}
          />
          <Button variant="default" onClick={add} disabled={name.trim() === ''}>
            Add
          </Button>
        </Group>
      )}
    </Stack>
  )
}
