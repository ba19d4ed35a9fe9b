import { Button, Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useIsOnTop } from '@/components/layers'
import classes from './picker.module.css'

interface Props {
  opened: boolean
  onClose: () => void
  title: string
  onDone: () => void
  returnFocus?: boolean
  children: ReactNode
}

/** A choice that takes the whole of a phone: Close at the left, Done at the right. */
export function Sheet({ opened, onClose, title, onDone, returnFocus = true, children }: Props) {
  const onTop = useIsOnTop(opened)
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position="bottom"
      size="100%"
      closeOnEscape={onTop}
      returnFocus={returnFocus}
    >
      <Drawer.Content aria-label={title} className={classes.sheet ?? ''}>
        <div className={classes.bar}>
          <Button variant="subtle" px={4} onClick={onClose}>
            Close
          </Button>
          <Drawer.Title className={classes.title ?? ''}>{title}</Drawer.Title>
          <Button variant="subtle" px={4} onClick={onDone}>
            Done
          </Button>
        </div>
        <Drawer.Body className={classes.body ?? ''}>{children}</Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}
