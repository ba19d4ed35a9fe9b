// What was typed while the palette was on its way to the screen, and how to stop listening for it.
let typed = ''
let stop: (() => void) | undefined

const longest = 10_000 // milliseconds; a palette that does not come takes no keys for good

/** Keeps what is typed from now on, until the palette takes it or somebody does something else. */
export function keepTyping(onGiveUp: () => void): void {
  if (stop !== undefined) return
  typed = ''
  const take = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return
    if (e.key === 'Escape') {
      takeTyped()
      onGiveUp()
      return
    }
    if (e.key === 'Backspace') typed = Array.from(typed).slice(0, -1).join('')
    else if (Array.from(e.key).length === 1) typed += e.key
    else if (e.key !== 'Enter') return
    // Nothing below the palette may hear it: the Enter key would press a button there.
    e.preventDefault()
    e.stopImmediatePropagation()
  }
  const leave = () => void takeTyped()
  window.addEventListener('keydown', take, true)
  window.addEventListener('pointerdown', leave, true)
  const end = setTimeout(leave, longest)
  stop = () => {
    clearTimeout(end)
    window.removeEventListener('keydown', take, true)
    window.removeEventListener('pointerdown', leave, true)
  }
}

/** What was typed meanwhile; from now on keys go where the focus is. */
export function takeTyped(): string {
  stop?.()
  stop = undefined
  const all = typed
  typed = ''
  return all
}
