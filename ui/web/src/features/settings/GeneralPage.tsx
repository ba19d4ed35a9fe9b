import { Card, Fieldset, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Tagged } from '@/api/client'
import { mayNot, useMay } from '@/api/session'
import type { Settings } from '@/api/settings'
import { instanceQuery } from './queries'
import { SaveRow } from './SaveRow'
import { SettingsPage } from './SettingsPage'
import classes from './SettingsPage.module.css'
import { putSettings, useSettingsForm } from './useSettingsForm'
import { WithSettings } from './WithSettings'

const names = { name: 'Workspace name', timezone: 'Time zone', money: 'Money format' }
const formats = ['1,234.50', '1.234,50', '1 234,50', "1'234.50"]

/** Name, time zone and money format of the workspace. */
export function GeneralPage() {
  return (
    <SettingsPage title="General" description="What this workspace is called, and how it writes dates and amounts.">
      <WithSettings fields={3}>{(stored) => <GeneralForm stored={stored} />}</WithSettings>
    </SettingsPage>
  )
}

function GeneralForm({ stored }: { stored: Tagged<Settings> }) {
  const may = useMay('administer')
  const { data: instance } = useQuery(instanceQuery)
  const of = useSettingsForm({
    stored,
    read: ({ name = '', timezone = '', money = '' }) => ({ name, timezone, money: money || '1,234.50' }),
    put: putSettings,
  })
  const { form } = of
  return (
    <Card>
      <form onSubmit={of.submit} noValidate>
        <Stack gap="lg" maw={560}>
          {!may && <Text c="dimmed">{mayNot.administer}</Text>}
          <Fieldset variant="unstyled" disabled={!may} className={classes.fields}>
            <TextInput
              label={names.name}
              description="Stands at the top of every page and at the beginning of alert messages."
              placeholder="Patchbay"
              maxLength={200}
              {...form.getInputProps('name')}
            />
            <Select
              label={names.timezone}
              description="For dates in messages, for what counts as today and for “every morning at 9”."
              data={zones(instance?.timezone ?? 'UTC', form.values.timezone)}
              searchable
              allowDeselect={false}
              nothingFoundMessage="No such time zone"
              {...form.getInputProps('timezone')}
            />
            <Select
              label={names.money}
              description="How amounts are written in messages that use an amount of money."
              data={formats}
              allowDeselect={false}
              {...form.getInputProps('money')}
            />
          </Fieldset>
          {may && <SaveRow of={of} names={names} />}
        </Stack>
      </form>
    </Card>
  )
}

// The stored one stands in the list although this browser may not know it.
function zones(inUse: string, stored: string) {
  const known = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])
  if (stored !== '') known.add(stored)
  return [
    { value: '', label: `The server's own (${inUse})` },
    ...[...known].map((zone) => ({ value: zone, label: zone })),
  ]
}
