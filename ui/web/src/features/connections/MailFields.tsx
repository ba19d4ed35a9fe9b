import { Chip, Group, Input, List, Stack, Text } from '@mantine/core'
import { useId, useState } from 'react'
import { type MailPreset, mailPresets, presetOf } from './mailPresets'
import classes from './MailFields.module.css'
import { OutsideLink } from './OutsideLink'
import { fieldsOf } from './schema'
import { SettingField } from './SettingField'
import type { FormState } from './useConnectionForm'

const own = 'own'

// The address comes first, as it says the user name of most mailboxes too.
const order = ['from', 'username', 'password', 'host', 'port']

/** A mailbox: its provider fills in the server, and says where its password comes from. */
export function MailFields({ form }: { form: FormState }) {
  const { kind, values, set, readOnly, base } = form
  const [chosen, setChosen] = useState(presetOf(values['host'])?.id ?? (base ? own : undefined))
  const preset = mailPresets.find((p) => p.id === chosen)
  const label = useId()
  const choose = (id: string) => {
    setChosen(id)
    const next = mailPresets.find((p) => p.id === id)
    if (next) set({ host: next.host, port: next.port, tls: next.tls })
    else if (presetOf(values['host'])) set({ host: '', port: undefined, tls: 'starttls' })
  }
  const fields = fieldsOf(kind)
    .filter((f) => !f.advanced)
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  const setAddress: FormState['set'] = (change) => {
    const from = change['from']
    const follows = (values['username'] ?? '') === addressIn(values['from'])
    set(typeof from === 'string' && follows && preset ? { ...change, username: addressIn(from) } : change)
  }
  return (
    <Stack gap="md">
      {!readOnly && (
        <div>
          <Input.Label id={label} labelElement="div">
            Where is the mailbox?
          </Input.Label>
          <Chip.Group value={chosen ?? null} onChange={choose}>
            <Group gap="xs" role="radiogroup" aria-labelledby={label}>
              {mailPresets.map((p) => (
                <Chip key={p.id} value={p.id} variant="outline" className={classes.provider}>
                  {p.title}
                </Chip>
              ))}
              <Chip value={own} variant="outline" className={classes.provider}>
                Another or own server
              </Chip>
            </Group>
          </Chip.Group>
        </div>
      )}
      {!readOnly && preset && <PresetSteps preset={preset} />}
      {chosen !== undefined &&
        fields.map((field) => <SettingField key={field.name} field={field} form={{ ...form, set: setAddress }} />)}
    </Stack>
  )
}

function PresetSteps({ preset }: { preset: MailPreset }) {
  return (
    <div>
      <List type="ordered" size="sm" spacing={4} aria-label={`What to do at ${preset.title}`}>
        {preset.steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
      {preset.link && (
        <Text mt="xs">
          Open <OutsideLink to={preset.link.address}>{preset.link.label}</OutsideLink>
        </Text>
      )}
    </div>
  )
}

/** "orders@example.com" of "Shop <orders@example.com>". */
function addressIn(from: unknown): string {
  const text = typeof from === 'string' ? from : ''
  return (/<([^>]*)>/.exec(text)?.[1] ?? text).trim()
}
