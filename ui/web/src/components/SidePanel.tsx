import { Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { useIsOnTop } from './layers'
import classes from './SidePanel.module.css'

interface Props {
  opened: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  /** Buttons that stay in reach at the foot. */
  footer?: ReactNode
  width?: number
  /** Lets the page behind be used while the panel is open, as beside a list. */
  beside?: boolean
}

/** A panel at the right; a sheet of full height on phones. */
export function SidePanel({ opened, onClose, title, children, footer, width = 560, beside = false }: Props) {
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  const open = beside && !phone
  const onTop = useIsOnTop(opened)
  return (
    <Drawer.Root
      opened={opened}
      onClose={onClose}
      position={phone ? 'bottom' : 'right'}
      size={phone ? '100%' : width}
      trapFocus={!open}
      lockScroll={!open}
      closeOnClickOutside={!open}
      closeOnEscape={onTop}
      returnFocus
    >
      {!open && <Drawer.Overlay />}
      <Drawer.Content
        className={`${classes.content} ${open ? classes.beside : ''}`}
        {...(open ? { 'aria-modal': false } : {})}
      >
        <Drawer.Header className={classes.header}>
          <Drawer.Title className={classes.title}>{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </Drawer.Header>
        <Drawer.Body className={classes.body}>{children}</Drawer.Body>
        {footer !== undefined && <div className={classes.footer}>{footer}</div>}
      </Drawer.Content>
    </Drawer.Root>
  )
}
