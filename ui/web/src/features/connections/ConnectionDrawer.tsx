import { Group, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { ErrorAlert } from '@/components/ErrorAlert'
import { FormSkeleton } from '@/components/Loading'
import { ProviderTile } from '@/components/ProviderTile'
import { SidePanel } from '@/components/SidePanel'
import { showDone } from '@/components/UndoToast'
import { ConnectionEditor } from './ConnectionEditor'
import { KindCards } from './KindCards'
import { type Connection, connectionQuery, connectionsQuery, kindsQuery, titleOf } from './queries'
import { categoryOf } from './words'

interface Props {
  opened: boolean
  onClose: () => void
  /** Only this kind can be made, as where a step needs it. */
  type?: string | undefined
  /** The connection to look at or to change; a new one without it. */
  name?: string | undefined
  onSaved: (connection: Connection) => void
}

/** Makes a connection, or shows and changes one: a panel at the side, a sheet on phones. */
export function ConnectionDrawer({ opened, onClose, type, name, onSaved }: Props) {
  const [edited, setEdited] = useState(false)
  const [asks, question] = useDisclosure(false)
  const kinds = useQuery({ ...kindsQuery, enabled: opened })
  const one = useQuery({ ...connectionQuery(name ?? ''), enabled: opened && name !== undefined })
  const kindId = one.data?.value.type ?? type
  const kind = kinds.data?.items.find((k) => k.type === kindId)
  const heading =
    name === undefined ? `New ${kind ? `${kind.title} ` : ''}connection` : titleOf(one.data?.value ?? { name })
  const done = useRef(false)
  // Back, or a link, asks as well. What only writes the address anew leaves the drawer as it is.
  const blocker = useBlocker({
    shouldBlockFn: ({ action }) => action !== 'REPLACE' && opened && edited && !done.current,
    enableBeforeUnload: false,
    disabled: !edited,
    withResolver: true,
  })
  const leave = () => {
    done.current = true
    setEdited(false)
    question.close()
    if (blocker.status === 'blocked') blocker.proceed()
    else onClose()
  }
  const stay = () => {
    question.close()
    if (blocker.status === 'blocked') blocker.reset()
  }
  return (
    <SidePanel
      opened={opened}
      onClose={edited ? question.open : leave}
      title={
        <Group gap="sm" wrap="nowrap">
          {kind && <ProviderTile name={kind.title} category={categoryOf(kind.type)} />}
          <bdi>{heading}</bdi>
        </Group>
      }
    >
      {opened && (
        <Content
          key={name ?? type ?? ''}
          name={name}
          type={type}
          onEdited={(now) => {
            done.current = false
            setEdited(now)
          }}
          onSaved={(connection, message) => {
            showDone(
              message === '' ? `${titleOf(connection)} is saved.` : `${titleOf(connection)} is saved. ${message}`,
            )
            leave()
            onSaved(connection)
          }}
          onDeleted={leave}
        />
      )}
      {/* It comes and goes as a whole: the key that opens it must not close it at once. */}
      {(asks || blocker.status === 'blocked') && (
        <ConfirmDialog
          opened
          onClose={stay}
          title="Leave without saving?"
          confirm="Leave without saving"
          danger
          onConfirm={leave}
        >
          What you typed is not saved.
        </ConfirmDialog>
      )}
    </SidePanel>
  )
}

interface ContentProps {
  name: string | undefined
  type: string | undefined
  onEdited: (edited: boolean) => void
  onSaved: (connection: Connection, message: string) => void
  onDeleted: () => void
}

function Content({ name, type, ...rest }: ContentProps) {
  const kinds = useQuery(kindsQuery)
  const all = useQuery(connectionsQuery)
  // As it is when the drawer opens: what comes later from elsewhere must not change the form.
  const one = useQuery({ ...connectionQuery(name ?? ''), enabled: name !== undefined, refetchOnMount: 'always' })
  const [chosen, setChosen] = useState(type)
  const again = () => {
    void kinds.refetch()
    void all.refetch()
    if (name !== undefined) void one.refetch()
  }
  // Once the form is there, it stays: what was typed is worth more than what cannot be loaded again.
  if (!kinds.data || !all.data || (name !== undefined && !(one.data && one.isFetchedAfterMount))) {
    const error = kinds.error ?? all.error ?? one.error
    return error ? (
      <ErrorAlert error={error} title="The connection could not be loaded." retry={again} />
    ) : (
      <FormSkeleton fields={4} retry={again} />
    )
  }
  const kind = kinds.data.items.find((k) => k.type === (one.data?.value.type ?? chosen))
  return (
    <Stack gap="lg">
      {name === undefined && type === undefined && (
        <KindCards kinds={kinds.data.items} value={chosen} onChange={setChosen} />
      )}
      {kind && (
        <ConnectionEditor
          key={kind.type}
          kind={kind}
          stored={name === undefined ? undefined : one.data}
          taken={all.data.items.map(titleOf)}
          {...rest}
        />
      )}
    </Stack>
  )
}
