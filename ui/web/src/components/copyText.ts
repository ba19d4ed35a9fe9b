import { showDone } from './UndoToast'

/** Copies a text; false when the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Pages that came over plain http, as in a network at home, have no clipboard.
    if ('clipboard' in navigator) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // What the newer way refuses the older one may allow.
  }
  return copySelected(text)
}

/** Copies a text and says so; what it is: "the path". */
export async function copyAndTell(text: string, what: string): Promise<void> {
  showDone((await copyText(text)) ? `Copied ${what}.` : notCopied)
}

export const notCopied = 'This browser does not let pages copy. Select the text and copy it yourself.'

function copySelected(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // Within the dialog that holds the focus, if there is one.
  const place = before?.closest('[role="dialog"]') ?? document.body
  place.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus({ preventScroll: true })
  return done
}
