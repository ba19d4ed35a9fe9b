import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { baseAddress } from '@/api/address'
import { fieldErrors } from '@/api/problem'
import { ErrorAlert } from '@/components/ErrorAlert'
import { StatusBadge } from '@/components/StatusBadge'
import { EntryCard } from './EntryCard'
import { reachOf, reachWords } from './reach'
import { useWelcome } from './useWelcome'

const zones = () => [...new Set([guessedZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])]
const guessedZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** The short questions after the first account was made. */
export function WelcomePage() {
  const welcome = useWelcome()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'controlled',
    initialValues: { timezone: guessedZone(), publicUrl: baseAddress },
    validate: { publicUrl: (text) => (reachOf(text.trim()) === 'unreadable' ? reachWords.unreadable : null) },
  })
  const done = {
    onSuccess: (inbox: string) => void navigate({ to: '/inboxes/$name', params: { name: inbox }, replace: true }),
    onError: (error: Error) => form.setErrors(fieldErrors(error)),
  }
  const reach = reachOf(form.values.publicUrl.trim())
  const keep = form.onSubmit(({ timezone, publicUrl }) =>
    // An address of this computer alone is no address for others: better none than that one.
    welcome.mutate({ timezone, publicUrl: reach === 'computer' ? '' : publicUrl.trim().replace(/\/+$/, '') }, done),
  )
  return (
    <EntryCard title="Two short questions" description="Both answers can be changed later, in the settings.">
      <form onSubmit={keep} noValidate>
        <Stack gap="lg">
          <Select
            label="Time zone"
            description="For dates in messages and for “every morning at 9”"
            data={zones()}
            searchable
            allowDeselect={false}
            {...form.getInputProps('timezone')}
          />
          <div>
            <TextInput
              label="Address other apps use to reach Patchbay"
              type="url"
              spellCheck={false}
              {...form.getInputProps('publicUrl')}
            />
            {reach !== 'unreadable' && (
              <Stack gap={4} mt={8}>
                <div>
                  <StatusBadge
                    status={
                      reach === 'public'
                        ? { role: 'good', word: reachWords.public }
                        : { role: 'unsure', word: short[reach] }
                    }
                  />
                </div>
                {reach !== 'public' && (
                  <Text size="xs" c="dimmed">
                    Other apps cannot reach it. If you have a domain that leads here, write its address above; it begins
                    with https. You can try everything without one.
                  </Text>
                )}
              </Stack>
            )}
          </div>
          <div>
            <Text fw={600}>When something fails</Text>
            <Text c="dimmed">
              A number stands on the bell and in the browser’s tab. Email or Slack can be added later, under Settings,
              Alerts.
            </Text>
          </div>
          <ErrorAlert error={welcome.error} shown={['publicUrl', 'timezone']} />
          <Group justify="space-between">
            <Button variant="subtle" onClick={() => welcome.mutate(undefined, done)} disabled={welcome.isPending}>
              Skip all
            </Button>
            <Button type="submit" loading={welcome.isPending}>
              Continue
            </Button>
          </Group>
        </Stack>
      </form>
    </EntryCard>
  )
}

const short = { computer: 'Works only on this computer', network: 'Works only in your own network' }
