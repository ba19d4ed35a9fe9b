import { Card, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Tagged } from '@/api/client'
import { useMay } from '@/api/session'
import { AddressLine } from '@/components/AddressLine'
import { ErrorAlert } from '@/components/ErrorAlert'
import { CardSkeleton } from '@/components/Loading'
import { PageHeader } from '@/components/PageHeader'
import { StatusBadge } from '@/components/StatusBadge'
import { SetUpAside } from '@/features/home'
import type { CheckDraft } from './ConnectForm'
import { DeleteInbox } from './DeleteInbox'
import { EventIdeas } from './EventIdeas'
import classes from './InboxPage.module.css'
import { Listening } from './Listening'
import { LooksLike } from './LooksLike'
import { Options } from './Options'
import { PastedIntoInbox } from './PastedIntoInbox'
import { addressOf, type Inbox, inboxQuery, recentQuery, titleOf } from './queries'
import { RecentEvents } from './RecentEvents'
import { SenderCheck } from './SenderCheck'
import { SetupSteps } from './SetupSteps'
import { StartCards } from './StartCards'
import { StopWarning } from './StopWarning'
import { useInboxNews } from './useInbox'

const route = getRouteApi('/shell/inboxes/$name')

export function InboxPage() {
  const { name } = route.useParams()
  // Nothing that was typed for one inbox may come to another one.
  return <OneInbox key={name} name={name} />
}

function OneInbox({ name }: { name: string }) {
  const [draft, setDraft] = useState<CheckDraft>({})
  const { data, error, isPending, refetch } = useQuery(inboxQuery(name))
  const recent = useQuery(recentQuery(name))
  useInboxNews()
  const may = useMay('change')
  const again = () => void refetch()
  const listening = recent.data?.items.length === 0
  return (
    <>
      <PageHeader
        title={data ? titleOf(data.value) : name}
        back={{ to: '/inboxes', label: 'Inboxes' }}
        status={data?.value.paused ? <StatusBadge status={{ role: 'neutral', word: 'Paused' }} /> : undefined}
      />
      <ErrorAlert error={error} title="The inbox could not be loaded." retry={again} />
      {isPending && <CardSkeleton height={96} retry={again} />}
      {data && (
        <div className={classes.page}>
          <Stack gap="md" miw={0}>
            <StopWarning refused={data.value.refused} />
            <Address box={data} listening={listening} />
            {listening && may && <PastedIntoInbox name={name} />}
            {listening && may && <StartCards box={data} draft={draft} onDraft={setDraft} />}
            {listening && (
              <SetupSteps box={data.value} scheme={draft.scheme ?? data.value.verify.scheme} started={false} />
            )}
            <LooksLike box={data} />
            <RecentEvents name={name} />
            {may && recent.data && <EventIdeas name={name} events={recent.data.items} />}
            {!listening && may && <StartCards box={data} draft={draft} onDraft={setDraft} started />}
            <SenderCheck box={data} form={!listening || !may} draft={draft} onDraft={setDraft} />
            {!listening && <SetupSteps box={data.value} scheme={draft.scheme ?? data.value.verify.scheme} started />}
            <Options box={data} />
            <DeleteInbox box={data} />
          </Stack>
          {may && <SetUpAside className={classes.setUp} />}
        </div>
      )}
    </>
  )
}

function Address({ box, listening }: { box: Tagged<Inbox>; listening: boolean }) {
  return (
    <Card component="section" aria-labelledby="address">
      <Stack gap="sm">
        <Title order={2} id="address">
          Address
        </Title>
        <AddressLine address={addressOf(box.value)} large primary={listening} />
        <Text c="dimmed">
          Paste it where the other app asks for an address to send to. Some apps call this a webhook URL.
        </Text>
        {listening && <Listening address={addressOf(box.value)} />}
      </Stack>
    </Card>
  )
}
