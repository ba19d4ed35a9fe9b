import { Modal, Stack } from '@mantine/core'
import { ConfirmDialog } from '@/components/ConfirmDialog'
import { TimeAgo } from '@/components/TimeAgo'
import { nameOf, type Person, wholeLink } from './queries'
import { ShownOnce } from './ShownOnce'
import { usePasswordLink } from './usePeople'

/** Makes a link with which a person chooses a new password, and shows it once. */
export function PasswordLink({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  const make = usePasswordLink()
  const close = () => {
    make.reset()
    onClose()
  }
  const made = make.data
  return (
    <>
      <ConfirmDialog
        opened={person !== undefined && made === undefined}
        onClose={close}
        title="New password link"
        confirm="Make link"
        busy={make.isPending}
        error={make.error}
        onConfirm={() => person && make.mutate(person.id)}
      >
        {person && (
          <>
            You get a link with which <b>{nameOf(person)}</b> chooses a new password. The present one works until then.
          </>
        )}
      </ConfirmDialog>
      <Modal
        opened={person !== undefined && made !== undefined}
        onClose={close}
        title="New password link"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          {made && (
            <ShownOnce text={wholeLink(made.link)} what="the link" onClose={close}>
              Send this link to <b>{nameOf(made)}</b> yourself. It works once, and ends{' '}
              <TimeAgo at={made.expiresAt} ahead />.
            </ShownOnce>
          )}
        </Stack>
      </Modal>
    </>
  )
}
