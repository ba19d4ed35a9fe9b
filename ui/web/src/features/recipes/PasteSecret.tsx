import { Button, Card, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { ProblemError } from '@/api/problem'
import type { Schemas, Tagged } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { useChangeInbox, useReleaseHeld } from '@/features/inboxes'
import type { Recipe } from './queries'

/** The secret that was left for later, and the events that were held until it came. */
export function PasteSecret({ box, recipe }: { box: Tagged<Schemas['Inbox']>; recipe: Recipe }) {
  const { verify, ledger, name } = box.value
  const [secret, setSecret] = useState('')
  const change = useChangeInbox(box)
  const release = useReleaseHeld(name)
  const input = recipe.inputs.find((i) => i.canWait)
  const held = countText(ledger.held, 'event is', 'events are')
  return (
    <Card component="section" aria-labelledby="secret">
      {verify.pending ? (
        <form
          onSubmit={(e) => {
            e.preventDefault()
            change.mutate({ verify: { ...verify, secret, pending: false } })
          }}
        >
          <Stack gap="sm">
            <Title order={2} id="secret">
              Paste the signing secret to go on
            </Title>
            <Text>
              {ledger.held > 0 ? `${held} held. With the secret they are checked.` : 'Events are held until then.'}
            </Text>
            <PasswordInput
              label={input?.label ?? 'Signing secret'}
              description={input?.help}
              autoComplete="off"
              value={secret}
              error={change.error instanceof ProblemError ? change.error.field('verify.secret') : undefined}
              onChange={(e) => setSecret(e.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show what I typed' }}
            />
            <ErrorAlert error={change.error} title="The secret is not saved." shown={['verify.secret']} />
            <Group>
              <Button type="submit" variant="default" disabled={secret === ''} loading={change.isPending}>
                Save the secret
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="sm">
          <Title order={2} id="secret">
            {held} held
          </Title>
          <Text>The secret is saved. Those that are genuine go to the rule, which then acts; others are refused.</Text>
          <ErrorAlert error={release.error} title="They could not be checked." />
          <Group>
            <Button loading={release.isPending} onClick={() => release.mutate()}>
              Check and run now
            </Button>
          </Group>
        </Stack>
      )}
    </Card>
  )
}
