import { Button, Card, Fieldset, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Schemas, Tagged } from '@/api/client'
import { mayNot, useMay } from '@/api/session'
import type { Settings } from '@/api/settings'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import type { Status } from '@/components/status'
import { AddressWays } from './AddressWays'
import { Findings } from './Findings'
import { addressQuery, instanceQuery, useHealthCheck } from './queries'
import { SaveRow } from './SaveRow'
import { SettingsPage } from './SettingsPage'
import classes from './SettingsPage.module.css'
import { putSettings, useSettingsForm } from './useSettingsForm'
import { WithSettings } from './WithSettings'

const names = { publicUrl: 'Address' }

/** Under which address other apps reach Patchbay, and how to get one. */
export function AddressPage() {
  return (
    <SettingsPage
      title="Public address"
      description="Where other apps send to, and where links in messages lead. Every inbox address begins with it."
    >
      <Stack gap="md">
        <WithSettings fields={1}>{(stored) => <AddressForm stored={stored} />}</WithSettings>
        <AddressWays />
      </Stack>
    </SettingsPage>
  )
}

function AddressForm({ stored }: { stored: Tagged<Settings> }) {
  const may = useMay('administer')
  const mayAsk = useMay('change')
  const { data: instance } = useQuery(instanceQuery)
  const of = useSettingsForm({
    stored,
    read: ({ publicUrl = '' }) => ({ publicUrl }),
    put: (base, { publicUrl }) => putSettings(base, { publicUrl: publicUrl.trim().replace(/\/+$/, '') }),
  })
  const typed = of.form.values.publicUrl.trim()
  return (
    <Card>
      <form onSubmit={of.submit} noValidate>
        <Stack gap="md" maw={560}>
          {!may && <Text c="dimmed">{mayNot.administer}</Text>}
          {instance && isAnother(instance.publicUrl, stored.value.publicUrl) && <InUse instance={instance} />}
          <Fieldset variant="unstyled" disabled={!may} className={classes.fields}>
            <TextInput
              label={names.publicUrl}
              description="It begins with https, as most apps send to nothing else."
              placeholder="https://hooks.example.com"
              type="url"
              spellCheck={false}
              {...of.form.getInputProps('publicUrl')}
            />
          </Fieldset>
          {mayAsk && <Verdict url={typed} />}
          {may && <SaveRow of={of} names={names} />}
        </Stack>
      </form>
      {may && <SelfCheck />}
    </Card>
  )
}

/** Whether another address than the stored one is in use. */
const isAnother = (inUse: string, stored = '') => inUse !== '' && inUse !== stored.replace(/\/+$/, '')

/** Where the address in use comes from, when it is not the stored one. */
function InUse({ instance: { publicUrl, publicUrlFrom } }: { instance: Schemas['Instance'] }) {
  return publicUrlFrom === 'tunnel' ? (
    <Text role="status">
      The tunnel gives this server the address <b>{publicUrl}</b>. While the tunnel is open, that one counts and not the
      one below. It can be another one after the next start; senders need the new one then.
    </Text>
  ) : (
    <Text>
      The server was started with the address <b>{publicUrl}</b>. As long as it is, that one counts and not the one
      below.
    </Text>
  )
}

const verdicts: Record<Schemas['AddressCheck']['reach'], Status> = {
  public: { role: 'good', word: 'Looks public' },
  local: { role: 'unsure', word: 'Works only on this computer' },
  private: { role: 'unsure', word: 'Works only in your own network' },
  unresolved: { role: 'bad', word: 'Name not known' },
  unknown: { role: 'neutral', word: 'No address yet' },
}

function Verdict({ url }: { url: string }) {
  const [asked] = useDebouncedValue(url, 400)
  const { data } = useQuery(addressQuery(asked))
  return (
    <div role="status">
      {data && data.url !== '' && (
        <>
          <StatusBadge status={verdicts[data.reach]} />
          <Text mt={4}>{data.message}</Text>
        </>
      )}
    </div>
  )
}

/** Asks the server to call itself through its public address. */
function SelfCheck() {
  const check = useHealthCheck('address')
  return (
    <Stack gap="sm" mt="lg">
      <Text c="dimmed">
        Patchbay can call itself through the address in use. To see that it is reached from outside too, open the
        address on your phone with Wi-Fi off.
      </Text>
      <div>
        <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
          Check that it leads here
        </Button>
      </div>
      <ErrorAlert error={check.error} title="The address could not be checked." />
      {check.data && <Findings items={check.data.items} />}
    </Stack>
  )
}
