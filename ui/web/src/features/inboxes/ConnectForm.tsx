import { Anchor, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ProblemError } from '@/api/problem'
import { mayNot, useMay } from '@/api/session'
import type { Tagged } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { filterSenders } from './filterSenders'
import { type Inbox, providersQuery } from './queries'
import { useChangeInbox } from './useInbox'

// A formula of one's own (hmac) needs a description of the signature that only a file can give.
const needsFile = 'hmac'

/** What was typed and not saved. It outlives the form, which moves when the first event comes. */
export interface CheckDraft {
  readonly scheme?: string
  readonly secret?: string
  readonly username?: string
  readonly header?: string
}

interface Props {
  box: Tagged<Inbox>
  draft: CheckDraft
  onDraft: (draft: CheckDraft) => void
}

/** Chooses who sends, and takes the secret that proves it. The secret is never shown again. */
export function ConnectForm({ box, draft, onDraft }: Props) {
  const { data, error } = useQuery(providersQuery)
  const may = useMay('change')
  const change = useChangeInbox(box)
  const { verify } = box.value
  const { scheme = verify.scheme || 'key', secret = '' } = draft
  const { username = verify.username ?? '', header = verify.header ?? '' } = draft
  const choices = (data?.items ?? []).filter((p) => p.id !== needsFile || verify.scheme === needsFile)
  const chosen = choices.find((p) => p.id === scheme)
  const name = chosen && !chosen.general ? `${chosen.title} signing secret` : 'Secret'
  const same = scheme === verify.scheme
  const fault = (field: string) =>
    change.error instanceof ProblemError ? change.error.field(`verify.${field}`) : undefined
  if (!may) return <Text c="dimmed">{mayNot.change}</Text>
  if (box.value.managed) return <Text c="dimmed">Change it in {box.value.managed}.</Text>
  const save = () =>
    change.mutate(
      {
        verify: {
          ...(same ? verify : {}),
          scheme,
          ...(secret === '' ? {} : { secret }),
          ...(scheme === 'basic' ? { username } : {}),
          ...(scheme === 'header' ? { header } : {}),
          pending: chosen?.needSecret === true && secret === '' && !(same && verify.hasSecret),
        },
      },
      {
        onSuccess: () => {
          onDraft({})
          showDone('The sender check is saved.')
        },
      },
    )
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        save()
      }}
    >
      <Stack gap="sm">
        <Select
          label="Who sends"
          searchable
          allowDeselect={false}
          filter={filterSenders(choices)}
          value={scheme}
          onChange={(value) => value && onDraft({ ...draft, scheme: value })}
          data={[
            { group: 'Apps', items: choices.filter((p) => !p.general).map(option) },
            { group: 'Other ways', items: choices.filter((p) => p.general).map(option) },
          ]}
        />
        {scheme === 'basic' && (
          <TextInput
            label="Name"
            value={username}
            error={fault('username')}
            onChange={(e) => onDraft({ ...draft, username: e.currentTarget.value })}
          />
        )}
        {scheme === 'header' && (
          <TextInput
            label="Header"
            value={header}
            error={fault('header')}
            onChange={(e) => onDraft({ ...draft, header: e.currentTarget.value })}
          />
        )}
        {chosen?.needSecret && (
          <PasswordInput
            label={name}
            autoComplete="off"
            placeholder={same && verify.hasSecret ? `Ends with ${verify.secretLast4}` : ''}
            description="If you do not have it yet, save without it: what comes in is held until you paste it."
            value={secret}
            error={fault('secret')}
            onChange={(e) => onDraft({ ...draft, secret: e.currentTarget.value })}
            visibilityToggleButtonProps={{ 'aria-label': 'Show what I typed' }}
          />
        )}
        {chosen?.signsUrl && (
          <Text c="dimmed">
            {chosen.title} signs the address too, so the{' '}
            <Anchor component={Link} to="/settings/address" underline="always">
              public address
            </Anchor>{' '}
            has to be the one that it sends to.
          </Text>
        )}
        {chosen?.docUrl && (
          <Anchor href={chosen.docUrl} target="_blank" rel="noreferrer">
            How {chosen.title} sends ↗
          </Anchor>
        )}
        <ErrorAlert
          error={error ?? change.error}
          title="The sender check is not saved."
          shown={['secret', 'username', 'header']}
        />
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            Save sender check
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

const option = (p: { id: string; title: string }) => ({ value: p.id, label: p.title })
