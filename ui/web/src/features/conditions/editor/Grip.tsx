import { ActionIcon } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { useSurroundings } from './context'
import classes from './editor.module.css'

/** The handle of a node: drag it, or use the arrow keys. */
export function Grip({ part, name }: { part: string; name: string }) {
  const { actions, startDrag } = useSurroundings()
  const onKeyDown = (e: KeyboardEvent) => {
    const direction = e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : undefined
    if (direction === undefined || e.altKey) return
    e.preventDefault()
    actions.move(part, direction)
  }
  return (
    <ActionIcon
      className={classes.grip ?? ''}
      data-control="grip"
      aria-label={`Move ${name}`}
      title="Drag, or use the arrow keys"
      onPointerDown={(e) => startDrag(part, e)}
      onKeyDown={onKeyDown}
    >
      <IconGripVertical size={16} aria-hidden />
    </ActionIcon>
  )
}
