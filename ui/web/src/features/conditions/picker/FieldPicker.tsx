import { Modal, Popover } from '@mantine/core'
import { type ReactElement, useRef, useState } from 'react'
import { usePhone } from '@/components/usePhone'
import type { Against } from '../against'
import { FieldList, type FieldListHandle } from './FieldList'
import type { Field } from './fields'
import classes from './picker.module.css'
import { Sheet } from './Sheet'

interface Props {
  against: Against
  opened: boolean
  onClose: () => void
  onPick: (field: Field) => void
  title?: string
  /** A list: the fields of its items are offered. */
  items?: string | undefined
  /** The field that is chosen now. */
  current?: string | undefined
  /** The focus goes on to what is made of the field, so that it does not come back. */
  goesOn?: boolean
  /** Where it opens: a control that can take a ref. Without it, in the middle of the page. */
  children?: ReactElement
}

/** Chooses a field of the sample by its name or its value; a path can be written by hand. */
export function FieldPicker({
  opened,
  onClose,
  onPick,
  title = 'Choose a field',
  goesOn = false,
  children,
  ...about
}: Props) {
  const phone = usePhone()
  const list = useRef<FieldListHandle>(null)
  const [returns, setReturns] = useState(true)
  const [typed, setTyped] = useState('')
  const [was, setWas] = useState(opened)
  if (opened !== was) {
    setWas(opened)
    if (opened) {
      setReturns(true)
      setTyped('')
    }
  }
  const pick = (field: Field) => {
    if (goesOn) setReturns(false)
    onClose()
    onPick(field)
  }
  const fields = <FieldList {...about} typed={typed} onTyped={setTyped} onPick={pick} handle={list} />
  const sheet = phone && (
    <Sheet
      returnFocus={returns}
      opened={opened}
      onClose={onClose}
      title={title}
      onDone={() => list.current?.pickActive() || onClose()}
    >
      {fields}
    </Sheet>
  )
  if (children === undefined)
    return (
      <>
        <Modal
          opened={opened && !phone}
          onClose={onClose}
          title={title}
          size={480}
          classNames={{ body: classes.body ?? '' }}
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          <div className={classes.dropdown}>{fields}</div>
        </Modal>
        {sheet}
      </>
    )
  // The control that it opens at stays the same one when the window becomes narrow.
  return (
    <>
      <Popover
        opened={opened && !phone}
        onDismiss={onClose}
        position="bottom-start"
        width={400}
        trapFocus
        returnFocus={returns}
        shadow="md"
        keepMounted={false}
        transitionProps={{ duration: 0 }} // what is typed at once is meant for the search
        withRoles={typeof children.type !== 'string'} // a plain box cannot be expanded
      >
        <Popover.Target>{children}</Popover.Target>
        <Popover.Dropdown aria-label={title} className={classes.dropdown ?? ''}>
          {fields}
        </Popover.Dropdown>
      </Popover>
      {sheet}
    </>
  )
}
