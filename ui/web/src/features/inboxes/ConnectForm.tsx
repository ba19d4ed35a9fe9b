import { Anchor, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ProblemError } from '@/api/problem'
import { mayNot, useMay } from '@/api/session'
import type { Schemas, Tagged } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import { showDone } from '@/components/UndoToast'
import { filterSenders } from './filterSenders'
import { CheckConflict, sameCheck } from './CheckConflict'
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
  /** The inbox as it was when the typing began. */
  readonly base?: Inbox
}

interface Props {
  box: Tagged<Inbox>
  draft: CheckDraft
  onDraft: (draft: CheckDraft) => void
}

// What is typed next is a change of what stands there now.
const begun = (box: Tagged<Inbox>, draft: CheckDraft): CheckDraft => ({ ...draft, base: box.value })

/** Chooses who sends, and takes the secret that proves it. The secret is never shown again. */
export function ConnectForm({ box, draft, onDraft: setDraft }: Props) {
  const onDraft = (next: CheckDraft) => setDraft({ base: box.value, ...next })
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
  const other = draft.base !== undefined && !sameCheck(draft.base, box.value)
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
          setDraft({})
          showDone('The sender check is saved.')
        },
      },
    )
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (!other) save()
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
            {
              group: 'Apps',
              items: choices
                .filter((p) => !p.general)
                .toSorted(byTitle)
                .map(option),
            },
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
        {chosen && <About provider={chosen} />}
        {other && (
          <CheckConflict
            box={box.value}
            onMine={() => {
              change.reset()
              setDraft(begun(box, draft))
            }}
            onTheirs={() => {
              change.reset()
              setDraft({})
            }}
          />
        )}
        <ErrorAlert
          error={error ?? (other ? null : change.error)}
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

/** What has to be known of a sender before its secret is of use. */
function About({ provider: { title, signsUrl, docUrl } }: { provider: Schemas['ProviderInfo'] }) {
  return (
    <>
      {signsUrl && (
        <Text c="dimmed">
          {title} signs the address too, so the{' '}
          <Anchor component={Link} to="/settings/address" underline="always">
            public address
          </Anchor>{' '}
          has to be the one that it sends to.
        </Text>
      )}
      {docUrl && (
        <Anchor href={docUrl} target="_blank" rel="noreferrer">
          How {title} sends ↗
        </Anchor>
      )}
    </>
  )
}

const option = (p: { id: string; title: string }) => ({ value: p.id, label: p.title })

const byTitle = (a: { title: string }, b: { title: string }) => a.title.localeCompare(b.title)
