import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import classes from './UndoToast.module.css'

const lasts = 10_000
let last = 0

interface Undoable {
  message: string
  onUndo: () => void
}

/** Says what was done and offers to take it back for ten seconds, longer while hovered or focused. */
export function showUndo(undoable: Undoable): void {
  const id = `undo-${++last}`
  notifications.show({
    id,
    autoClose: false,
    withCloseButton: true,
    closeButtonProps: { 'aria-label': 'Close' },
    message: <UndoToast {...undoable} onEnd={() => notifications.hide(id)} />,
  })
}

/** Says what was done: "Test message sent." */
export function showDone(message: string): void {
  notifications.show({ message, autoClose: 5000, closeButtonProps: { 'aria-label': 'Close' } })
}

export function UndoToast({ message, onUndo, onEnd }: Undoable & { onEnd: () => void }) {
  const [held, setHeld] = useState(false)
  const left = useRef(lasts)
  const end = useEffectEvent(onEnd)
  useEffect(() => {
    if (held) return
    const started = performance.now()
    const timer = setTimeout(() => end(), left.current)
    return () => {
      clearTimeout(timer)
      left.current -= performance.now() - started
    }
  }, [held])
  return (
    <div
      className={classes.toast}
      data-held={held || undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text>{message}</Text>
        <Button
          size="xs"
          variant="default"
          style={{ flex: 'none' }}
          onClick={() => {
            onUndo()
            onEnd()
          }}
        >
          Undo
        </Button>
      </Group>
      <div className={classes.bar} style={{ animationDuration: `${lasts}ms` }} />
    </div>
  )
}
