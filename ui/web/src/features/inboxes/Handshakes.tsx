import { Button, Group, Stack, Text } from '@mantine/core'
import { useMay } from '@/api/session'
import { AddressLine } from '@/components/AddressLine'
import { ErrorAlert } from '@/components/ErrorAlert'
import { TimeAgo } from '@/components/TimeAgo'
import { clockText, useTimeText } from '@/components/time'
import type { Inbox } from './queries'
import { useWaitForSecret } from './useInbox'

/** What an app does before it sends events: it tries the address out, or sends its token. */
export function Handshakes({ box }: { box: Inbox }) {
  const { handshakes, verify } = box
  return (
    <>
      {verify.token && (
        <Stack gap="xs">
          <Text>{verify.title} asks for a verify token when you give it the address. Enter this one:</Text>
          <AddressLine address={verify.token} what="the verify token" />
        </Stack>
      )}
      {handshakes.bringsSecret && <Token box={box} />}
      {handshakes.lastAt && (
        <Text c="dimmed">
          {verify.title} tried the address <TimeAgo at={handshakes.lastAt} />. It was answered.
        </Text>
      )}
      {handshakes.reason && <Text>The last try of the address was refused: {handshakes.reason}</Text>}
    </>
  )
}

/** The token that an app sends by itself, taken only while somebody waits for it. */
function Token({ box }: { box: Inbox }) {
  const may = useMay('change')
  const wait = useWaitForSecret(box.name)
  const { toEnter, cameAt } = box.handshakes
  const app = box.verify.title
  const step = useWaiting(box)
  return (
    <Stack gap="xs" role="status" aria-live="polite">
      {step === 'came' && !toEnter && cameAt && (
        <Text>
          The token of {app} came <TimeAgo at={cameAt} />. What {app} sends is checked with it.
        </Text>
      )}
      {step === 'came' && toEnter && (
        <>
          <Text>The token of {app} is here. Enter it there to finish; it is not shown again.</Text>
          <AddressLine address={toEnter} what={`the token of ${app}`} />
        </>
      )}
      {step === 'waits' && box.handshakes.waitingUntil && (
        <Text>
          Waiting for {app} to send its token, until {clockText(box.handshakes.waitingUntil)}. Give {app} the address
          now.
        </Text>
      )}
      {step === 'rests' && (
        <Text c="dimmed">
          {app} sends a token when you give it the address. It counts only while this inbox waits for it.
        </Text>
      )}
      {may && (
        <Group>
          {step === 'rests' ? (
            <Button variant="default" loading={wait.isPending} onClick={() => wait.mutate(true)}>
              Wait for the token
            </Button>
          ) : (
            (step === 'waits' || toEnter) && (
              <Button variant="default" loading={wait.isPending} onClick={() => wait.mutate(false)}>
                {step === 'waits' ? 'Stop waiting' : 'I have entered it'}
              </Button>
            )
          )}
        </Group>
      )}
      <ErrorAlert error={wait.error} />
    </Stack>
  )
}

const shown = 15 * 60_000 // milliseconds for which the server tells of a token that came

/** Whether the inbox waits for the token, or has got it lately. The time runs on without news of the server. */
function useWaiting({ handshakes }: Inbox): 'rests' | 'waits' | 'came' {
  const { cameAt, waitingUntil } = handshakes
  const step = useTimeText((now) => {
    if (cameAt && now < Date.parse(cameAt) + shown) return 'came'
    return waitingUntil && now < Date.parse(waitingUntil) ? 'waits' : 'rests'
  })
  return step === 'came' || step === 'waits' ? step : 'rests'
}
