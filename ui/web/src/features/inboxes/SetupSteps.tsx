import { Button, Card, Collapse, Group, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { AddressLine } from '@/components/AddressLine'
import { durationText, parseDuration } from '@/components/format'
import { addressOf, type Inbox, providersQuery } from './queries'
import classes from './SetupSteps.module.css'
import { stepParts } from './stepParts'

interface Props {
  box: Inbox
  /** Who is chosen to send; nothing is shown for senders that are nobody's own. */
  scheme: string
  /** Something has come already: the steps wait behind a button. */
  started: boolean
}

/** How to have an app send to this inbox, step by step, and how it behaves then. */
export function SetupSteps({ box, scheme, started }: Props) {
  const { data } = useQuery(providersQuery)
  const [open, { toggle }] = useDisclosure(!started)
  const provider = data?.items.find((p) => p.id === scheme || p.aliases.includes(scheme))
  if (!provider || provider.setup.length === 0) return null
  return (
    <Card component="section" aria-labelledby="set-up">
      <Stack gap="sm">
        <Group justify="space-between" gap="sm">
          <Title order={2} id="set-up">
            Set up {provider.title}
          </Title>
          {started && (
            <Button variant="default" onClick={toggle} aria-expanded={open}>
              {open ? 'Hide the steps' : 'Show the steps'}
            </Button>
          )}
        </Group>
        {started ? (
          <Collapse expanded={open}>
            <Steps provider={provider} address={addressOf(box)} />
          </Collapse>
        ) : (
          <Steps provider={provider} address={addressOf(box)} />
        )}
      </Stack>
    </Card>
  )
}

function Steps({ provider, address }: { provider: Schemas['ProviderInfo']; address: string }) {
  return (
    <Stack gap="sm">
      <ol className={classes.steps}>
        {provider.setup.map((step) => {
          const { text, showsAddress } = stepParts(step, address)
          return (
            <li key={step}>
              <Text component="span">{text}</Text>
              {showsAddress && <AddressLine address={address} />}
            </li>
          )
        })}
      </ol>
      <Text c="dimmed">
        {provider.title} expects this answer: {lowerFirst(provider.answer).replace(/\.$/, '')}
        {within(provider.answerWithin, provider.retry.confirmed)}. {provider.retry.text}
      </Text>
    </Stack>
  )
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function within(duration: string, confirmed: boolean): string {
  const milliseconds = parseDuration(duration)
  if (!milliseconds) return ''
  return `, within ${durationText(milliseconds)}${confirmed ? '' : ' as far as is known'}`
}
