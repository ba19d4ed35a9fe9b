import { Card, Fieldset, NumberInput, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { Tagged } from '@/api/client'
import { mayNot, useMay } from '@/api/session'
import type { Settings } from '@/api/settings'
import { daysOf, durationOf, gigabytesOf, sizeOf } from './keep'
import { SaveRow } from './SaveRow'
import classes from './SettingsPage.module.css'
import { putSettings, useSettingsForm } from './useSettingsForm'

const names = {
  age: 'Keep events without a rule for',
  matched: 'Keep events with a rule for',
  count: 'At most this many events',
  bytes: 'At most this much data',
}

type Values = Record<keyof typeof names, number | string>

const read = ({ keep }: Settings): Values => ({
  age: daysOf(keep.age) ?? 30,
  matched: daysOf(keep.matched) ?? 90,
  count: keep.count || '',
  bytes: gigabytesOf(keep.bytes) ?? '',
})

const write = ({ age, matched, count, bytes }: Values): Settings['keep'] => ({
  ...(typeof age === 'number' ? { age: durationOf(age) } : {}),
  ...(typeof matched === 'number' ? { matched: durationOf(matched) } : {}),
  ...(typeof count === 'number' ? { count } : {}),
  ...(typeof bytes === 'number' ? { bytes: sizeOf(bytes) } : {}),
})

const positive = (value: number | string) =>
  typeof value === 'number' && value > 0 ? null : 'Write a number of days, more than 0.'

/** "Keep for" of the whole workspace; an inbox may have its own. */
export function KeepForm({ stored }: { stored: Tagged<Settings> }) {
  const may = useMay('administer')
  const of = useSettingsForm<Values>({
    stored,
    read,
    put: (base, values) => putSettings(base, { keep: write(values) }),
    validate: { age: positive, matched: positive },
  })
  const { form } = of
  const before = read(stored.value)
  const shorter = form.values.age < before.age || form.values.matched < before.matched
  return (
    <Card component="section" aria-labelledby="keep">
      <form onSubmit={of.submit} noValidate>
        <Stack gap="md" maw={640}>
          <Title order={2} id="keep">
            Keep for
          </Title>
          <Text c="dimmed">For every inbox whose options say nothing else.</Text>
          {!may && <Text c="dimmed">{mayNot.administer}</Text>}
          <Fieldset variant="unstyled" disabled={!may} className={classes.fields}>
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
              <NumberInput
                label={names.age}
                description="These go first, and refused ones too."
                suffix=" days"
                min={0}
                {...form.getInputProps('age')}
              />
              <NumberInput
                label={names.matched}
                description="Their runs are kept as long."
                suffix=" days"
                min={0}
                {...form.getInputProps('matched')}
              />
              <NumberInput
                label={names.count}
                description="In each inbox. Empty: as many as there are."
                placeholder="No limit"
                thousandSeparator=","
                allowDecimal={false}
                min={0}
                {...form.getInputProps('count')}
              />
              <NumberInput
                label={names.bytes}
                description="In each inbox. Empty: as much as there is."
                placeholder="No limit"
                suffix=" GiB"
                min={0}
                {...form.getInputProps('bytes')}
              />
            </SimpleGrid>
          </Fieldset>
          {may && shorter && <Text>What is older than that is deleted for good within minutes after saving.</Text>}
          {may && <SaveRow of={of} names={names} />}
        </Stack>
      </form>
    </Card>
  )
}
