import { NumberInput, Radio, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { NamedSecrets } from './NamedSecrets'
import type { Field } from './schema'
import { SecretField } from './SecretField'
import type { FormState } from './useConnectionForm'
import { choicesOf, descriptionOf, titleOfField } from './words'

/** One field of a connection's form, as its schema wants it. */
export function SettingField({ field, form }: { field: Field; form: FormState }) {
  const { kind, values, secrets, set, errorOf, readOnly, connection } = form
  const { name } = field
  const value = values[name]
  const label = titleOfField(kind.type, name, field.title)
  const description = descriptionOf(kind.type, name, field.description)
  const error = errorOf(name)
  const common = { label, description, error, disabled: readOnly, withAsterisk: field.required }
  switch (field.value) {
    case 'secret':
      return (
        <SecretField
          label={label}
          description={description}
          placeholder={readOnly ? '' : field.placeholder}
          required={field.required || field.when !== undefined}
          last4={secrets[name]}
          value={value === null ? null : textOf(value)}
          onChange={(text) => set({ [name]: text })}
          error={error}
          readOnly={readOnly}
          stored={connection === undefined ? undefined : { connection, field: name }}
        />
      )
    case 'secrets':
      return (
        <NamedSecrets
          label={label}
          description={description}
          path={name}
          secrets={secrets}
          value={namedOf(value)}
          onChange={(next) => set({ [name]: next })}
          errorOf={errorOf}
          readOnly={readOnly}
          connection={connection}
        />
      )
    case 'list':
      return (
        <TagsInput
          {...common}
          placeholder={listOf(value).length === 0 && !readOnly ? field.placeholder : ''}
          splitChars={[',', ';', ' ', '\n']}
          acceptValueOnBlur
          value={listOf(value)}
          onChange={(next) => set({ [name]: next })}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...common}
          hideControls
          allowDecimal={false}
          thousandSeparator=""
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => set({ [name]: typeof next === 'number' ? next : undefined })}
        />
      )
    case 'switch':
      return (
        <Switch
          label={label}
          description={description}
          disabled={readOnly}
          checked={value === true}
          onChange={(e) => set({ [name]: e.currentTarget.checked })}
        />
      )
    case 'text':
      if (field.choices.length > 0) return <Choice field={field} form={form} {...common} />
      return (
        <TextInput
          {...common}
          placeholder={readOnly ? '' : field.placeholder}
          spellCheck={false}
          autoComplete="off"
          value={textOf(value) ?? ''}
          onChange={(e) => set({ [name]: e.currentTarget.value })}
        />
      )
  }
}

interface ChoiceProps {
  field: Field
  form: FormState
  label: string
  error: string | undefined
  disabled: boolean
}

function Choice({ field, form, label, error, disabled }: ChoiceProps) {
  const { kind, values, set } = form
  const choices = choicesOf(kind.type, field.name, field.choices)
  const value = textOf(values[field.name]) ?? null
  // Choices that decide which other fields there are lie open, with a word about each.
  if (!choices.some((c) => c.description)) {
    return (
      <Select
        label={label}
        error={error}
        disabled={disabled}
        data={choices.map((c) => ({ value: c.value, label: c.label }))}
        allowDeselect={false}
        value={value}
        onChange={(next) => set({ [field.name]: next ?? undefined })}
      />
    )
  }
  return (
    <Radio.Group label={label} error={error} value={value} onChange={(next) => set({ [field.name]: next })}>
      <Stack gap="sm" mt={4}>
        {choices.map((c) => (
          <Radio key={c.value} value={c.value} label={c.label} description={c.description} disabled={disabled} />
        ))}
      </Stack>
    </Radio.Group>
  )
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

function listOf(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : []
}

function namedOf(value: unknown): Readonly<Record<string, string | null>> {
  if (typeof value !== 'object' || value === null) return {}
  const texts = Object.entries(value).filter(
    (pair): pair is [string, string | null] => pair[1] === null || typeof pair[1] === 'string',
  )
  return Object.fromEntries(texts)
}
