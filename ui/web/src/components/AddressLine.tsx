import { Group } from '@mantine/core'
import type { MouseEvent } from 'react'
import { CopyButton } from './CopyButton'
import classes from './AddressLine.module.css'

interface Props {
  address: string
  /** What it is, for the copy button: "the address of Shopify". */
  what?: string
  /** A large button with the word Copy. */
  large?: boolean
  primary?: boolean
  /** How many characters at the end are always shown. */
  tail?: number
}

/** An address in one line: cut in the middle, never at the end; a triple click selects all of it. */
export function AddressLine({ address, what = 'the address', large = false, primary = false, tail = 16 }: Props) {
  const cut = Math.max(0, address.length - tail)
  const select = (e: MouseEvent<HTMLElement>) => {
    if (e.detail === 3) window.getSelection()?.selectAllChildren(e.currentTarget)
  }
  return (
    // The triple click is a short cut of the pointer; the copy button is for everybody.
    <Group gap="xs" wrap="nowrap" className={classes.line}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events */}
      <code className={classes.address} dir="ltr" title={address} onClick={select}>
        <span className={classes.head}>{address.slice(0, cut)}</span>
        <span className={classes.tail}>{address.slice(cut)}</span>
      </code>
      <CopyButton value={address} what={what} large={large} primary={primary} />
    </Group>
  )
}
