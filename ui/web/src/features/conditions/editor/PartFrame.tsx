import type { KeyboardEvent, ReactNode } from 'react'
import type { Part } from '../tree/node'
import { useFindings, useSurroundings } from './context'
import classes from './editor.module.css'

interface Props {
  part: Part
  name: string
  /** The group that it stands in, and its place there. */
  group: string
  index: number
  children: ReactNode
}

/** What all nodes have in common: their keys, and the line that shows where a dragged one lands. */
export function PartFrame({ part, name, group, index, children }: Props) {
  const { actions, readOnly } = useSurroundings()
  const { drop } = useFindings()
  const { key } = part
  const onKeyDown = (e: KeyboardEvent<HTMLElement>) => {
    if (readOnly || e.defaultPrevented) return
    const deed = deedOf(e)
    if (deed === undefined) return
    e.preventDefault()
    e.stopPropagation()
    if (deed === 'up' || deed === 'down') actions.move(key, deed === 'up' ? -1 : 1)
    else actions[deed](key)
  }
  return (
    // Its keys are a shorter way to what its menu offers.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      role="group"
      aria-label={name}
      className={classes.part}
      data-key={key}
      data-off={part.off === true || undefined}
      data-dragged={drop?.key === key || undefined}
      data-drop={drop?.group === group && drop.index === index ? 'before' : undefined}
      onKeyDownCapture={(e) => {
        // A list that is open moves its own choice.
        if (e.altKey && !isOpen(e.target)) onKeyDown(e)
      }}
      onKeyDown={(e) => {
        if (!e.altKey) onKeyDown(e)
      }}
    >
      {children}
    </div>
  )
}

type Deed = 'up' | 'down' | 'copy' | 'cut' | 'paste' | 'duplicate' | 'remove'

function deedOf(e: KeyboardEvent<HTMLElement>): Deed | undefined {
  // Keys of menus and pickers come here through React, though they stand elsewhere in the page.
  if (!(e.target instanceof HTMLElement) || !e.currentTarget.contains(e.target)) return undefined
  if (e.target.closest('[data-key]') !== e.currentTarget) return undefined
  if (e.altKey) return e.key === 'ArrowUp' ? 'up' : e.key === 'ArrowDown' ? 'down' : undefined
  if (isText(e.target)) return undefined
  if (e.key === 'Delete' || e.key === 'Backspace') return 'remove'
  if (!(e.ctrlKey || e.metaKey) || e.shiftKey || String(getSelection()) !== '') return undefined
  return ({ c: 'copy', x: 'cut', v: 'paste', d: 'duplicate' } as const)[e.key]
}

const isText = (target: HTMLElement): boolean =>
  target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]')

const isOpen = (target: EventTarget): boolean =>
  target instanceof HTMLElement && target.getAttribute('aria-expanded') === 'true'
