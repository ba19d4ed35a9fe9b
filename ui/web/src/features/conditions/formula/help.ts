import classes from './help.module.css'
import type { FunctionInfo } from './reference'

function line(className: string | undefined, text: string): HTMLElement {
  const element = document.createElement('div')
  element.className = className ?? ''
  element.dir = 'auto'
  element.textContent = text
  return element
}

/** Lines of help, as text: values of a sample can hold anything. */
export function help(lines: readonly { text: string; look?: 'code' | 'second' }[]): HTMLElement {
  const box = document.createElement('div')
  box.className = classes['help'] ?? ''
  box.append(...lines.filter((l) => l.text !== '').map((l) => line(l.look && classes[l.look], l.text)))
  return box
}

/** What a function does, with its example. */
export function functionHelp(f: FunctionInfo): HTMLElement {
  return help([
    { text: f.signature, look: 'code' },
    { text: f.help },
    { text: `${f.example} → ${f.result}`, look: 'code' },
  ])
}

/** Help that floats above a word. */
export function hovering(content: HTMLElement): HTMLElement {
  content.classList.add(classes['hover'] ?? '')
  return content
}
