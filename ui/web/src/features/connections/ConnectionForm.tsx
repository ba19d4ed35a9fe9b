import { Anchor, Collapse, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { MailFields } from './MailFields'
import { fieldsOf } from './schema'
import { SettingField } from './SettingField'
import { SlackFields } from './SlackFields'
import type { FormState } from './useConnectionForm'
import { isShown } from './values'

/** The fields of a connection: those of its kind, its name, and the rarely used ones folded. */
export function ConnectionForm({ form }: { form: FormState }) {
  const { kind, values, title, setTitle, readOnly } = form
  const fields = fieldsOf(kind).filter((f) => isShown(f, values))
  // Without an address to read nothing of a web service can be tested, so it is asked for.
  const isFolded = (f: (typeof fields)[number]) => f.advanced && f.name !== 'testUrl'
  const plain = fields.filter((f) => !isFolded(f))
  const folded = fields.filter(isFolded)
  return (
    <Stack gap="md">
      {kind.type === 'slack' && <SlackFields form={form} />}
      {kind.type === 'smtp' && <MailFields form={form} />}
      {kind.type !== 'slack' &&
        kind.type !== 'smtp' &&
        plain.map((field) => <SettingField key={field.name} field={field} form={form} />)}
      <TextInput
        label="Name of this connection"
        description="How rules and lists call it"
        maxLength={200}
        disabled={readOnly}
        value={title}
        onChange={(e) => setTitle(e.currentTarget.value)}
      />
      {folded.length > 0 && <MoreOptions fields={folded} form={form} />}
    </Stack>
  )
}

function MoreOptions({ fields, form }: { fields: ReturnType<typeof fieldsOf>; form: FormState }) {
  const [opened, { toggle }] = useDisclosure(fields.some((f) => form.errorOf(f.name) !== undefined))
  const needed = fields.some((f) => form.errorOf(f.name) !== undefined)
  return (
    <div>
      <Anchor component="button" type="button" onClick={toggle} aria-expanded={opened || needed}>
        More options
      </Anchor>
      <Collapse expanded={opened || needed}>
        <Stack gap="md" mt="sm">
          {fields.map((field) => (
            <SettingField key={field.name} field={field} form={form} />
          ))}
        </Stack>
      </Collapse>
    </div>
  )
}
