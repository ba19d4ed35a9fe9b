import { ActionIcon, Button, Group, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ExactNumber, numberOf } from '@/api/exactJson'
import { useStep } from '../useStep'
import { TextWithFields } from './TextWithFields'
import { isObject, rowOf, useRows } from './useRows'
import classes from './form.module.css'

type Kind = 'text' | 'number' | 'boolean' | 'nothing' | 'group' | 'list'

const kindNames: Readonly<Record<Kind, string>> = {
  text: 'Text or a field',
  number: 'Number',
  boolean: 'Yes or no',
  nothing: 'Empty',
  group: 'Names and values',
  list: 'List',
}

interface Props {
  label: string
  /** Below the step, such as with.json.name. */
  location: string
  value: unknown
  onChange: (value: unknown) => void
  /** It may be left out. */
  root?: boolean
}

/** One value of structured data with its kind; groups and lists hold more of them. */
export function JsonValue({ label, location, value, onChange, root = false }: Props) {
  const { readOnly } = useStep()
  const kind = kindOf(value, root)
  return (
    <Stack gap={4}>
      <NativeSelect
        aria-label={`Kind of ${label}`}
        size="xs"
        w={{ base: 200, sm: 170 }}
        disabled={readOnly}
        value={kind}
        data={Object.entries(kindNames).map(([name, text]) => ({ value: name, label: text }))}
        onChange={(e) => onChange(converted(value, e.currentTarget.value as Kind))}
      />
      {kind === 'text' && (
        <TextWithFields
          label={root ? 'Value' : label}
          location={location}
          value={typeof value === 'string' ? value : ''}
          onChange={onChange}
        />
      )}
      {kind === 'number' && <NumberValue label={label} value={value} onChange={onChange} />}
      {kind === 'boolean' && (
        <NativeSelect
          aria-label={label}
          disabled={readOnly}
          value={value === true ? 'yes' : 'no'}
          data={['yes', 'no']}
          onChange={(e) => onChange(e.currentTarget.value === 'yes')}
        />
      )}
      {kind === 'group' && (
        <MemberRows
          label={label}
          location={location}
          value={value}
          onChange={(v) => onChange(v ?? (root ? undefined : {}))}
        />
      )}
      {kind === 'list' && (
        <ItemRows label={label} location={location} value={Array.isArray(value) ? value : []} onChange={onChange} />
      )}
    </Stack>
  )
}

/** A number, of any size and with every digit. */
function NumberValue({ label, value, onChange }: Pick<Props, 'label' | 'value' | 'onChange'>) {
  const { readOnly } = useStep()
  const [typed, setTyped] = useState(String(value))
  const shown = String(numberOf(typed) ?? 0) === String(value) ? typed : String(value)
  return (
    <NumberInput
      aria-label={label}
      readOnly={readOnly}
      value={shown}
      // As text: the number that it gives besides would be rounded.
      onValueChange={({ value: text }) => {
        setTyped(text)
        const made = numberOf(text) ?? 0
        if (String(made) !== String(value)) onChange(made)
      }}
    />
  )
}

function kindOf(value: unknown, root: boolean): Kind {
  if (value === undefined) return root ? 'group' : 'text'
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'list'
  if (isObject(value)) return 'group'
  return isNumber(value) ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text'
}

const isNumber = (value: unknown) => typeof value === 'number' || value instanceof ExactNumber

/** The value in another kind, keeping what can be kept. */
function converted(value: unknown, to: Kind): unknown {
  switch (to) {
    case 'text':
      return typeof value === 'string' ? value : isNumber(value) ? String(value) : ''
    case 'number':
      return numberOf(String(value).trim()) ?? 0
    case 'boolean':
      return value === true || value === 'true'
    case 'nothing':
      return null
    case 'group':
      return isObject(value) ? value : {}
    case 'list':
      return Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [''] : [value]
  }
}

interface MemberProps {
  label: string
  location: string
  value: unknown
  onChange: (value: Record<string, unknown> | undefined) => void
}

/** The names and values of a group. */
function MemberRows({ label, location, value, onChange }: MemberProps) {
  const { readOnly } = useStep()
  const { rows, put } = useRows(value, onChange)
  const names = rows.map((r) => r.name)
  return (
    <Stack gap="xs" className={classes.nested} role="group" aria-label={label}>
      {rows.map((row, i) => (
        <Row key={row.id} name={row.name || `value ${i + 1}`} onRemove={() => put(rows.toSpliced(i, 1))}>
          <TextInput
            aria-label={`Name ${i + 1} of ${label}`}
            placeholder="Name"
            size="xs"
            className={classes.name}
            readOnly={readOnly}
            value={row.name}
            error={row.name !== '' && names.indexOf(row.name) !== i ? 'This name stands here twice.' : undefined}
            onChange={(e) => put(rows.with(i, { ...row, name: e.currentTarget.value }))}
          />
          <div className={classes.rest}>
            <JsonValue
              label={row.name || `value ${i + 1}`}
              location={`${location}.${row.name}`}
              value={row.value}
              onChange={(v) => put(rows.with(i, { ...row, value: v }))}
            />
          </div>
        </Row>
      ))}
      {!readOnly && <Add what="Name and value" onAdd={() => put([...rows, rowOf('', '')])} />}
    </Stack>
  )
}

interface ItemProps {
  label: string
  location: string
  value: readonly unknown[]
  onChange: (value: unknown[]) => void
}

/** The values of a list. */
function ItemRows({ label, location, value, onChange }: ItemProps) {
  const { readOnly } = useStep()
  return (
    <Stack gap="xs" className={classes.nested} role="group" aria-label={label}>
      {value.map((item, i) => (
        // Items have no identity but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <Row key={i} name={`item ${i + 1}`} onRemove={() => onChange(value.toSpliced(i, 1))}>
          <div className={classes.rest}>
            <JsonValue
              label={`${label}, item ${i + 1}`}
              location={`${location}[${i}]`}
              value={item}
              onChange={(v) => onChange(value.with(i, v))}
            />
          </div>
        </Row>
      ))}
      {!readOnly && <Add what="Item" onAdd={() => onChange([...value, ''])} />}
    </Stack>
  )
}

function Row({ name, onRemove, children }: { name: string; onRemove: () => void; children: ReactNode }) {
  const { readOnly } = useStep()
  return (
    <Group gap={4} wrap="nowrap" align="flex-start" className={classes.pair}>
      {children}
      {!readOnly && (
        <ActionIcon variant="subtle" className={classes.remove} aria-label={`Remove ${name}`} onClick={onRemove}>
          <IconX size={16} aria-hidden="true" />
        </ActionIcon>
      )}
    </Group>
  )
}

function Add({ what, onAdd }: { what: string; onAdd: () => void }) {
  return (
    <Button
      variant="subtle"
      size="xs"
      className={classes.add}
      leftSection={<IconPlus size={14} aria-hidden="true" />}
      onClick={onAdd}
    >
      {what}
    </Button>
  )
}
