import { Anchor, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import type { Tagged } from '@/api/client'
import { useMay } from '@/api/session'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import type { Inbox } from './queries'
import { useChangeInbox } from './useInbox'

/** Names the app that the newest events look like they came from, and offers its check. */
export function LooksLike({ box }: { box: Tagged<Inbox> }) {
  const { looksLike: look, managed, name, verify } = box.value
  const may = useMay('change')
  const change = useChangeInbox(box)
  const [dismissed, dismiss] = useLocalStorage({
    key: `pb-looks-like-${name}`,
    defaultValue: '',
    getInitialValueInEffect: false,
  })
  if (!look || !may || managed || dismissed === look.provider) return null
  // A name and a password, or a shared secret, prove more than the app that signs nothing does.
  if (!look.needSecret && verify.scheme !== 'key' && verify.scheme !== 'none') return null
  const turnOn = () =>
    change.mutate(
      { verify: { scheme: look.provider, pending: look.needSecret } },
      {
        onSuccess: () =>
          showDone(
            look.needSecret ? `Paste the secret of ${look.title} to finish.` : `This inbox knows ${look.title} now.`,
          ),
      },
    )
  return (
    <Card component="section" aria-labelledby="looks-like">
      <Stack gap="sm">
        <Title order={2} id="looks-like">
          {question(look.title, look.needSecret)}
        </Title>
        <Text>{offer(look.title, look.needSecret, verify.scheme)}</Text>
        <Text c="dimmed">
          {look.why} As sure as {look.confidence} %, from{' '}
          <Anchor component={Link} to="/events/$id" params={{ id: look.eventId } as never} underline="always">
            this event
          </Anchor>
          .
        </Text>
        <Group gap="sm">
          <Button variant="default" loading={change.isPending} onClick={turnOn}>
            {look.needSecret ? 'Turn on the check' : 'Set it up'}
          </Button>
          <Button variant="subtle" onClick={() => dismiss(look.provider)}>
            Not now
          </Button>
        </Group>
        <ErrorAlert error={change.error} title="The sender check could not be changed." />
      </Stack>
    </Card>
  )
}

const question = (title: string, signs: boolean): string =>
  signs
    ? `This looks like ${title}. Turn on its signature check?`
    : `This looks like ${title}. Set this inbox up for it?`

function offer(title: string, signs: boolean, scheme: string): string {
  const does = 'the kinds of its events are named and repeats are recognised.'
  if (signs)
    return `Only ${title} can send here then, ${does} Until you paste its secret, what comes in is held: nothing is lost, and the address stays the same.`
  if (scheme === 'key') return `With that ${does} The address stays the same.`
  return `With that ${does} It signs nothing, so the address gets a secret part: give ${title} the new one, as what is sent to this one is refused then.`
}
