import type { FocusEvent, KeyboardEvent, ReactNode } from 'react'

interface Props {
  /** Closes what is open here. */
  onClose: () => void
  children: ReactNode
}

// Dialogs look at this before they take Escape for themselves.
const keep = (event: FocusEvent) => {
  if (event.target instanceof Element) event.target.setAttribute('data-mantine-stop-propagation', 'true')
}

/** What opens within this is closed by Escape alone, not together with the sheet it opened from. */
export function OneLayer({ onClose, children }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    onClose()
  }
  return (
    <div role="presentation" onFocusCapture={keep} onKeyDown={onKeyDown}>
      {children}
    </div>
  )
}
