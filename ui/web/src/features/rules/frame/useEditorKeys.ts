import { useEffect, useEffectEvent } from 'react'

interface Keys {
  onPreview: () => void
  onPrimary: () => void
  onUndo: () => void
  onRedo: () => void
  /** Jumps between the rule and its panel. */
  onJump: () => void
}

/** The keys of the editor; text fields keep their own undo. */
export function useEditorKeys(keys: Keys, active: boolean): void {
  const press = useEffectEvent((e: KeyboardEvent) => {
    const deed = deedOf(e)
    if (!active || deed === undefined || inDialog(e.target)) return
    e.preventDefault()
    e.stopPropagation()
    keys[deed]()
  })
  useEffect(() => {
    const heard = (e: KeyboardEvent) => press(e)
    // Before the fields hear it: Ctrl Enter would begin a new line in some of them.
    document.addEventListener('keydown', heard, true)
    return () => document.removeEventListener('keydown', heard, true)
  }, [])
}

function deedOf(e: KeyboardEvent): keyof Keys | undefined {
  if (e.altKey) return undefined
  const control = e.ctrlKey || e.metaKey
  if (e.key === 'F6' && !control) return 'onJump'
  if (!control) return undefined
  if (e.key === 'Enter') return e.shiftKey ? 'onPrimary' : 'onPreview'
  if (isText(e.target)) return undefined
  if (e.key.toLowerCase() === 'z') return e.shiftKey ? 'onRedo' : 'onUndo'
  return e.key.toLowerCase() === 'y' ? 'onRedo' : undefined
}

const inDialog = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('[role="dialog"][aria-modal="true"], .mantine-Popover-dropdown') !== null

function isText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type) && !target.readOnly
  )
}
