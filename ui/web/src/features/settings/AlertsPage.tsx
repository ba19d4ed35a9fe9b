import { Anchor, Button, Card, Checkbox, Fieldset, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { answer, client, ifMatch, type Schemas, type Tagged } from '@/api/client'
import { fieldErrors } from '@/api/problem'
import { mayNot, useMay } from '@/api/session'
import type { Settings } from '@/api/settings'
import { ErrorAlert } from '@/components/ErrorAlert'
import { parseDuration } from '@/components/format'
import { AlertTrials } from './AlertTrials'
import { AlertWay } from './AlertWay'
import { messengersQuery, useAlertTest } from './queries'
import { SaveRow } from './SaveRow'
import { SettingsPage } from './SettingsPage'
import classes from './SettingsPage.module.css'
import { useSettingsForm } from './useSettingsForm'
import { WithSettings } from './WithSettings'

const names = {
  on: 'What to tell',
  via: 'Through',
  to: 'To',
  fallback: 'Second way',
  fallbackTo: 'Second way, to',
  window: 'Grouping',
  cap: 'At most',
}

const occasions: [value: string, label: string, description: string][] = [
  ['run.failed', 'A rule failed', 'A run has ended without doing all its work, or another app refused what it got.'],
  ['destination', 'Another app does not answer', 'Runs wait for it and go on by themselves when it answers again.'],
  ['inbox.rejected', 'An inbox refuses what comes in', 'Such as when a signing secret does not fit any more.'],
  ['queue.age', 'Work waits longer than 5 minutes', 'Events come in faster than they can be worked on.'],
  ['disk', 'The disk is nearly full', 'When it is full, no more events are accepted.'],
]

/** Who is told when something fails, and through what. */
export function AlertsPage() {
  return (
    <SettingsPage
      title="Alerts"
      description="Problems always stand under Activity, Problems. Here you say who gets a message about them."
    >
      <WithSettings fields={5}>{(stored) => <AlertsForm stored={stored} />}</WithSettings>
    </SettingsPage>
  )
}

interface Values {
  on: string[]
  via: string
  to: string
  fallback: string
  fallbackTo: string
  window: number | string
  cap: number | string
}

const read = ({ alerts }: Settings): Values => ({
  on: alerts.on ?? [],
  via: alerts.via ?? '',
  to: alerts.to ?? '',
  fallback: alerts.fallback ?? '',
  fallbackTo: alerts.fallbackTo ?? '',
  window: (parseDuration(alerts.window ?? '') ?? 600_000) / 60_000,
  cap: alerts.cap ?? 10,
})

const write = ({ window, cap, ...others }: Values): Schemas['Alerts'] => ({
  ...others,
  ...(typeof window === 'number' ? { window: `${Math.round(window * 60)}s` } : {}),
  ...(typeof cap === 'number' ? { cap } : {}),
})

function AlertsForm({ stored }: { stored: Tagged<Settings> }) {
  const may = useMay('change')
  const messengers = useQuery(messengersQuery)
  const test = useAlertTest()
  const of = useSettingsForm<Values>({
    stored,
    read,
    put: (base, values) =>
      answer(client.PUT('/api/v1/alerts', { params: { header: ifMatch(base.etag) }, body: write(values) })),
    validate: {
      via: (via, { on }) => (on.length > 0 && via === '' ? 'Choose what the messages go through.' : null),
      fallback: (fallback, { via }) =>
        fallback !== '' && fallback === via
          ? 'Choose another one than the first: when that is broken, so is this.'
          : null,
    },
  })
  const { form } = of
  const ways = messengers.data ?? []
  const sendTest = () =>
    test.mutate(write(form.getValues()), { onError: (error) => form.setErrors(fieldErrors(error)) })
  return (
    <Card>
      <form onSubmit={of.submit} noValidate>
        <Stack gap="lg">
          {!may && <Text c="dimmed">{mayNot.change}</Text>}
          <ErrorAlert error={messengers.error} title="The connections could not be loaded." />
          {messengers.data?.length === 0 && (
            <Text>
              There is no connection yet that a message could go through. Make one for email or Slack under{' '}
              <Anchor underline="always" component={Link} to="/connections">
                Connections
              </Anchor>
              .
            </Text>
          )}
          <Fieldset variant="unstyled" disabled={!may} className={classes.fields}>
            <Checkbox.Group label="Tell me when" {...form.getInputProps('on')}>
              <Stack gap="sm" mt="xs">
                {occasions.map(([value, label, description]) => (
                  <Checkbox key={value} value={value} label={label} description={description} />
                ))}
              </Stack>
            </Checkbox.Group>
            <AlertWay form={form} via="via" to="to" ways={ways} label="Send it through" />
            <AlertWay form={form} via="fallback" to="fallbackTo" ways={ways} label="If that fails, through" />
            <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md" maw={560} style={{ alignItems: 'end' }}>
              <NumberInput
                label="Put together what happens within"
                description="One message for one cause, then one more for each time this has passed."
                suffix=" min"
                min={1}
                {...form.getInputProps('window')}
              />
              <NumberInput
                label="At most"
                description="What is more is told with the next message."
                suffix=" messages an hour"
                min={1}
                allowDecimal={false}
                {...form.getInputProps('cap')}
              />
            </SimpleGrid>
          </Fieldset>
          {may && (
            <SaveRow of={of} names={names}>
              <Button variant="default" loading={test.isPending} disabled={form.values.via === ''} onClick={sendTest}>
                Send test alert
              </Button>
            </SaveRow>
          )}
          <AlertTrials trials={test.data?.items} error={test.error} shown={Object.keys(names)} ways={ways} />
        </Stack>
      </form>
    </Card>
  )
}
