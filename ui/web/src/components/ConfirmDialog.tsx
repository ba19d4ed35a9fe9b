import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { ErrorAlert } from './ErrorAlert'
import { useIsOnTop } from './layers'

interface Props {
  opened: boolean
  onClose: () => void
  title: string
  /** What happens, in numbers where there are any. */
  children: ReactNode
  /** The deed: "Delete inbox". */
  confirm: string
  onConfirm: () => void
  /** Has to be typed before the deed can be done. */
  typed?: string
  danger?: boolean
  busy?: boolean
  error?: Error | null
}

/** Asks before something that Undo cannot bring back. */
export function ConfirmDialog({ opened, onClose, title, ...rest }: Props) {
  const onTop = useIsOnTop(opened)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeOnEscape={onTop}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Question {...rest} onClose={onClose} />
    </Modal>
  )
}

function Question({
  children,
  confirm,
  onConfirm,
  onClose,
  typed,
  danger = false,
  busy = false,
  error = null,
}: Omit<Props, 'opened' | 'title'>) {
  const [text, setText] = useState('')
  const [asked, setAsked] = useState(false)
  const ready = typed === undefined || text.trim() === typed
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        e.stopPropagation() // or a form that asks would be sent with it
        setAsked(true)
        if (ready && !busy) onConfirm()
      }}
    >
      <Stack gap="md">
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={`Type ${typed} to confirm`}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
            error={asked && !ready ? `This is not "${typed}".` : undefined}
            autoComplete="off"
            data-autofocus
          />
        )}
        <ErrorAlert error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" {...(danger ? { color: 'red' } : {})} loading={busy}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
