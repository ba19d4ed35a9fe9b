import { Button, Stack, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { mayNot, useMay, useSession } from '@/api/session'
import { DataList } from '@/components/DataList'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { SettingsPage } from '@/features/settings'
import { InviteDialog } from './InviteDialog'
import { PasswordLink } from './PasswordLink'
import { Pending } from './Pending'
import { type Deed, PersonRow } from './PersonRow'
import { type Person, peopleQuery } from './queries'
import { RemovePerson } from './RemovePerson'
import { RoleDialog } from './RoleDialog'

export function PeoplePage() {
  const may = useMay('administer')
  const [invites, dialog] = useDisclosure(false)
  return (
    <SettingsPage
      title="People"
      description="Who may sign in, and what each of them may do."
      actions={may ? <Button onClick={dialog.open}>Invite somebody</Button> : undefined}
    >
      {may ? <People /> : <Text c="dimmed">{mayNot.administer}</Text>}
      <InviteDialog opened={invites} onClose={dialog.close} />
    </SettingsPage>
  )
}

function People() {
  const { data, error, isPending, refetch } = useQuery(peopleQuery)
  const { who } = useSession()
  const [asked, setAsked] = useState<{ person: Person; deed: Deed }>()
  const again = () => void refetch()
  const close = () => setAsked(undefined)
  const subject = (deed: Deed) => (asked?.deed === deed ? asked.person : undefined)
  return (
    <Stack gap="xl">
      <ErrorAlert error={error} title="The people could not be loaded." retry={again} />
      {isPending && <ListSkeleton rows={3} retry={again} />}
      {data && (
        <DataList
          label="People"
          items={data.items}
          keyOf={(person) => person.id}
          columns="minmax(0, 1fr) 128px 128px 44px"
          row={(person, phone) => (
            <PersonRow
              person={person}
              own={person.email === who}
              phone={phone}
              onAsk={(deed) => setAsked({ person, deed })}
            />
          )}
        />
      )}
      <section aria-labelledby="pending">
        <Title order={2} id="pending" mb="sm">
          Links that nobody has used yet
        </Title>
        <Pending />
      </section>
      <RoleDialog person={subject('role')} onClose={close} />
      <PasswordLink person={subject('password')} onClose={close} />
      <RemovePerson person={subject('remove')} onClose={close} />
    </Stack>
  )
}
