import { Select, SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { Schemas } from '@/api/client'

interface Props<V> {
  form: UseFormReturnType<V>
  /** The field with the connection's name, and the one that says who gets the message. */
  via: keyof V & string
  to: keyof V & string
  ways: readonly Schemas['Connection'][]
  label: string
}

/** A connection, and whom a message through it goes to. */
export function AlertWay<V extends object>({ form, via, to, ways, label }: Props<V>) {
  const name = String(form.getValues()[via])
  const way = ways.find((connection) => connection.name === name)
  const target = targetOf(way)
  const known = ways.map((connection) => ({ value: connection.name, label: titleOf(connection) }))
  if (name !== '' && way === undefined) known.push({ value: name, label: name })
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" maw={560}>
      <Select
        label={label}
        placeholder="Nothing"
        data={known}
        clearable
        clearButtonProps={{ 'aria-label': `Clear: ${label}` }}
        {...form.getInputProps(via)}
        value={name === '' ? null : name}
        onChange={(value) => form.setFieldValue(via, (value ?? '') as never)}
      />
      {target !== undefined && (
        <TextInput label={target.label} placeholder={target.example} spellCheck={false} {...form.getInputProps(to)} />
      )}
    </SimpleGrid>
  )
}

export const titleOf = (connection: Schemas['Connection']): string => connection.title || connection.name

// An incoming address of Slack has its channel fixed, so there is nothing to ask.
function targetOf(way: Schemas['Connection'] | undefined): { label: string; example: string } | undefined {
  if (way?.type === 'smtp') return { label: 'To this email address', example: 'ops@example.com' }
  if (way?.type === 'http') return { label: 'To this web address', example: 'https://ops.example.com/alerts' }
  if (way?.type !== 'slack' || 'webhookUrl' in way.secrets) return undefined
  return { label: 'To this channel', example: '#alerts' }
}
