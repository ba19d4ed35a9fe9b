import { List, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { StatusBadge } from '@/components/StatusBadge'
import { OutsideLink } from './OutsideLink'
import { pastedInto, pastedWords } from './pasted'
import { SecretField } from './SecretField'
import type { FormState } from './useConnectionForm'

const ways = {
  webhookUrl: {
    label: 'Into one channel, by address',
    description: 'Quickest. Slack fixes the channel when the address is made.',
    secret: 'Webhook address',
    placeholder: 'https://hooks.slack.com/services/…',
  },
  botToken: {
    label: 'Into any channel, by bot token',
    description: 'Each step chooses its channel, and the channels can be picked from a list.',
    secret: 'Bot token',
    placeholder: 'xoxb-…',
  },
} as const

type Way = keyof typeof ways

/** The two ways into Slack, what to do there, and one field that knows what was pasted. */
export function SlackFields({ form }: { form: FormState }) {
  const { values, secrets, set, errorOf, readOnly, connection } = form
  const [way, setWay] = useState<Way>('botToken' in secrets ? 'botToken' : 'webhookUrl')
  const other: Way = way === 'botToken' ? 'webhookUrl' : 'botToken'
  const go = (next: Way, text?: string) => {
    setWay(next)
    set({ webhookUrl: null, botToken: null, [next]: text })
  }
  const change = (text: string | null | undefined) => {
    const found = pastedInto(text ?? '')
    const fits: Way | undefined = found === 'bot' ? 'botToken' : found === 'address' ? 'webhookUrl' : undefined
    if (fits === other) go(other, text ?? '')
    else set({ [way]: text })
  }
  const value = values[way]
  const shape = pastedInto(typeof value === 'string' ? value : '')
  return (
    <Stack gap="md">
      <Radio.Group
        label="How should Patchbay post?"
        value={way}
        onChange={(next) => go(next === 'botToken' ? 'botToken' : 'webhookUrl')}
      >
        <Stack gap="sm" mt={4}>
          {Object.entries(ways).map(([key, words]) => (
            <Radio key={key} value={key} label={words.label} description={words.description} disabled={readOnly} />
          ))}
        </Stack>
      </Radio.Group>
      {!readOnly && (way === 'webhookUrl' ? <AddressSteps /> : <TokenSteps />)}
      <div>
        <SecretField
          label={ways[way].secret}
          placeholder={ways[way].placeholder}
          required
          last4={secrets[way]}
          value={typeof value === 'string' ? value : undefined}
          onChange={change}
          error={errorOf(way)}
          readOnly={readOnly}
          stored={connection === undefined ? undefined : { connection, field: way }}
        />
        <div role="status">
          {shape !== 'unknown' && (
            <Text size="xs" mt={4} component="div">
              <StatusBadge plain status={shapeStatus(shape)} /> {pastedWords[shape].words}
            </Text>
          )}
        </div>
      </div>
    </Stack>
  )
}

const shapeStatus = (shape: keyof typeof pastedWords) =>
  pastedWords[shape].good
    ? ({ role: 'good', word: 'Recognised.' } as const)
    : ({ role: 'unsure', word: 'Not the right one.' } as const)

const apps = 'https://api.slack.com/apps'

function AddressSteps() {
  return (
    <List type="ordered" size="sm" spacing={4} aria-label="How to get the address">
      <List.Item>
        Open <OutsideLink to={apps}>Slack’s app page</OutsideLink>
      </List.Item>
      <List.Item>
        Press <b>Create New App</b>, <b>From scratch</b>. Name it Patchbay and choose your workspace.
      </List.Item>
      <List.Item>
        Open <b>Incoming Webhooks</b> and turn it <b>On</b>.
      </List.Item>
      <List.Item>
        Press <b>Add New Webhook to Workspace</b> and choose the channel.
      </List.Item>
      <List.Item>Copy the address that appears, and paste it here.</List.Item>
    </List>
  )
}

function TokenSteps() {
  return (
    <List type="ordered" size="sm" spacing={4} aria-label="How to get the token">
      <List.Item>
        Open <OutsideLink to={apps}>Slack’s app page</OutsideLink>
      </List.Item>
      <List.Item>
        Press <b>Create New App</b>, <b>From scratch</b>. Name it Patchbay and choose your workspace.
      </List.Item>
      <List.Item>
        Under <b>OAuth & Permissions</b>, <b>Bot Token Scopes</b>, add <code>chat:write</code>,{' '}
        <code>channels:read</code> and, for private channels, <code>groups:read</code>.
      </List.Item>
      <List.Item>
        Press <b>Install to Workspace</b>, then copy the <b>Bot User OAuth Token</b> and paste it here.
      </List.Item>
      <List.Item>
        In Slack, invite the app to each channel it shall post to: <code>/invite @Patchbay</code>
      </List.Item>
    </List>
  )
}
