import { Button, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { mayNot, useMay } from '@/api/session'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { DataList } from '@/components/DataList'
import { EmptyState } from '@/components/EmptyState'
import { ErrorAlert } from '@/components/ErrorAlert'
import { ListSkeleton } from '@/components/Loading'
import { showDone } from '@/components/UndoToast'
import { SettingsPage } from '@/features/settings'
import { NewToken } from './NewToken'
import { type Token, tokensQuery } from './queries'
import { TokenRow } from './TokenRow'
import { useEndToken } from './usePeople'

export function TokensPage() {
  const may = useMay('administer')
  const [makes, dialog] = useDisclosure(false)
  return (
    <SettingsPage
      title="Access tokens"
      description="With a token a program may use Patchbay, such as the command line on another computer."
      actions={may ? <Button onClick={dialog.open}>New token</Button> : undefined}
    >
      {may ? <Tokens /> : <Text c="dimmed">{mayNot.administer}</Text>}
      <NewToken opened={makes} onClose={dialog.close} />
    </SettingsPage>
  )
}

function Tokens() {
  const { data, error, isPending, refetch } = useQuery(tokensQuery)
  const [ends, setEnds] = useState<Token>()
  const again = () => void refetch()
  return (
    <>
      <ErrorAlert error={error} title="The tokens could not be loaded." retry={again} />
      {isPending && <ListSkeleton rows={3} retry={again} />}
      {data?.items.length === 0 && (
        <EmptyState icon={IconKey} title="No token yet">
          People need none: they sign in. Make one for each program, so that each can be ended on its own.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <DataList
          label="Access tokens"
          items={data.items}
          keyOf={(t) => t.id}
          columns="minmax(0, 1fr) 120px 112px 136px 64px"
          header={
            <>
              <span>Token</span>
              <span>May</span>
              <span>Last used</span>
              <span>Ends</span>
              <span />
            </>
          }
          row={(t, phone) => <TokenRow token={t} phone={phone} onEnd={() => setEnds(t)} />}
        />
      )}
      <EndToken token={ends} onClose={() => setEnds(undefined)} />
    </>
  )
}

function EndToken({ token, onClose }: { token: Token | undefined; onClose: () => void }) {
  const end = useEndToken()
  const close = () => {
    end.reset()
    onClose()
  }
  const done = () => {
    showDone(`${token?.name} does not work any more.`)
    close()
  }
  return (
    <ConfirmDialog
      opened={token !== undefined}
      onClose={close}
      title="End access token"
      confirm="End token"
      danger
      busy={end.isPending}
      error={end.error}
      onConfirm={() => token && end.mutate(token.id, { onSuccess: done })}
    >
      End <b>{token?.name}</b>? The program that uses it is refused from now on.
    </ConfirmDialog>
  )
}
