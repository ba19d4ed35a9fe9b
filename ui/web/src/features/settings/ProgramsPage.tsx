import { Card, Code, Fieldset, List, Stack, TagsInput, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Schemas, Tagged } from '@/api/client'
import { mayNot, useMay } from '@/api/session'
import type { Settings } from '@/api/settings'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { instanceQuery } from './queries'
import { SaveRow } from './SaveRow'
import { SettingsPage } from './SettingsPage'
import classes from './SettingsPage.module.css'
import { putSettings, useSettingsForm } from './useSettingsForm'
import { WithSettings } from './WithSettings'

/** What steps may do on this server and in its own network, and why nothing of it is allowed by itself. */
export function ProgramsPage() {
  const { data, error, isPending, refetch } = useQuery(instanceQuery)
  const again = () => void refetch()
  return (
    <SettingsPage
      title="Programs and private addresses"
      description="What rules may reach inside your own network. Whoever can change rules could otherwise reach everything that this server can."
    >
      <ErrorAlert error={error} title="This could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={160} retry={again} />}
      {data && (
        <Stack gap="md">
          <Programs allowed={data.allowShell} />
          <WithSettings fields={1}>{(stored) => <PrivateAddresses stored={stored} instance={data} />}</WithSettings>
        </Stack>
      )}
    </SettingsPage>
  )
}

function Programs({ allowed }: { allowed: readonly string[] }) {
  return (
    <Card component="section" aria-labelledby="programs">
      <Stack gap="sm">
        <Title order={2} id="programs">
          Programs
        </Title>
        <Text>
          {allowed.length === 0
            ? 'Rules may run no program on this server.'
            : 'Rules may run these programs on this server, and no other:'}
        </Text>
        <Names items={allowed} />
        <Text c="dimmed">
          Only who starts the server can change this, with the option <Code>--allow-shell PATH</Code>, as a program can
          do everything that the server itself can.
        </Text>
      </Stack>
    </Card>
  )
}

function PrivateAddresses({ stored, instance }: { stored: Tagged<Settings>; instance: Schemas['Instance'] }) {
  const may = useMay('administer')
  const of = useSettingsForm({
    stored,
    read: ({ allowPrivate = [] }) => ({ allowPrivate }),
    put: putSettings,
  })
  const { form } = of
  // The server names the entry that it does not take: allowPrivate[1].
  const fault = Object.entries(form.errors).find(([field]) => field.startsWith('allowPrivate'))?.[1]
  return (
    <Card component="section" aria-labelledby="private">
      <form onSubmit={of.submit} noValidate>
        <Stack gap="sm" maw={640}>
          <Title order={2} id="private">
            Private addresses
          </Title>
          <Text>
            Patchbay does not call addresses inside your own network unless they stand here: a rule must not become a
            way into machines that nobody else can reach.
          </Text>
          {instance.allowPrivate.length > 0 && (
            <>
              <Text>Allowed by who started the server, with the option --allow-private:</Text>
              <Names items={instance.allowPrivate} />
            </>
          )}
          {!may && <Text c="dimmed">{mayNot.administer}</Text>}
          <Fieldset variant="unstyled" disabled={!may} className={classes.fields}>
            <TagsInput
              label="Allowed addresses"
              description="A name, an address or a range, with a port if you like: nas.local, 192.168.1.20:8123, 10.0.0.0/8. Press Enter after each."
              placeholder={form.values.allowPrivate.length === 0 ? 'None' : ''}
              acceptValueOnBlur
              splitChars={[',', ' ', ';']}
              {...form.getInputProps('allowPrivate')}
              error={fault}
            />
          </Fieldset>
          {may && <SaveRow of={of} names={names(form.values.allowPrivate.length)} />}
        </Stack>
      </form>
    </Card>
  )
}

const names = (count: number) => ({
  allowPrivate: 'Allowed addresses',
  ...Object.fromEntries(Array.from({ length: count }, (_, i) => [`allowPrivate[${i}]`, 'Allowed addresses'])),
})

function Names({ items }: { items: readonly string[] }) {
  if (items.length === 0) return null
  return (
    <List>
      {items.map((item) => (
        <List.Item key={item}>
          <Code>{item}</Code>
        </List.Item>
      ))}
    </List>
  )
}
