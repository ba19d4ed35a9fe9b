import { List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Schemas } from '@/api/client'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { ErrorAlert } from '@/components/ErrorAlert'
import { countText } from '@/components/format'
import { CardSkeleton } from '@/components/Loading'
import { RuleLinks } from '@/components/RuleLinks'
import { showDone } from '@/components/UndoToast'
import { nameOf, type Person, tiesQuery } from './queries'
import { useRemovePerson } from './usePeople'

/** Removes a person after saying what hangs on them. */
export function RemovePerson({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  const remove = useRemovePerson()
  const name = person ? nameOf(person) : ''
  const close = () => {
    remove.reset()
    onClose()
  }
  const done = () => {
    showDone(`${name} is removed.`)
    close()
  }
  return (
    <ConfirmDialog
      opened={person !== undefined}
      onClose={close}
      title={`Remove ${name}?`}
      confirm={`Remove ${name}`}
      danger
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => person && remove.mutate(person.id, { onSuccess: done })}
    >
      {person && <WhatHangsOn person={person} />}
    </ConfirmDialog>
  )
}

function WhatHangsOn({ person }: { person: Person }) {
  const { data, error, refetch } = useQuery(tiesQuery(person.id))
  return (
    <>
      <Text>
        <b>{nameOf(person)}</b> is signed out everywhere and cannot sign in any more. Nothing that {person.email} made
        is deleted.
      </Text>
      <ErrorAlert error={error} title="What hangs on this person could not be loaded." retry={() => void refetch()} />
      {!data && !error && <CardSkeleton height={60} />}
      {data && <Ties ties={data} email={person.email} />}
    </>
  )
}

function Ties({ ties, email }: { ties: Schemas['Ties']; email: string }) {
  const { rules, drafts, alerts } = ties
  if (rules.length === 0 && drafts.length === 0 && !alerts) {
    return <Text mt="xs">No rule, no draft and no alert hangs on this account.</Text>
  }
  return (
    <List mt="xs" size="sm" spacing={4}>
      {rules.length > 0 && (
        <List.Item>
          {countText(rules.length, 'rule')} without an owner then: <RuleLinks rules={rules} /> Choose another one there.
        </List.Item>
      )}
      {drafts.length > 0 && (
        <List.Item>
          {countText(drafts.length, 'draft stays', 'drafts stay')}, not published: <RuleLinks rules={drafts} /> Others
          can continue.
        </List.Item>
      )}
      {alerts && <List.Item>Alerts go to {email}. Choose another address under Settings, Alerts.</List.Item>}
    </List>
  )
}
