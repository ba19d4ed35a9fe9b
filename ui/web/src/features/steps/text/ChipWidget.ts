import { WidgetType } from '@codemirror/view'
import classes from './chips.module.css'

/** What a chip says. */
export interface ChipLook {
  readonly state: 'here' | 'empty' | 'missing' | 'waiting' | 'broken' | 'unknown'
  readonly name: string
  /** What it gives for the sample, or why it gives nothing. */
  readonly value: string
  /** All of it, for those who point at the chip. */
  readonly title: string
  /** It is no field but a formula. */
  readonly formula: boolean
}

/** A chip in place of {{ … }}. Its text is text, whatever a sender put into a value. */
export class ChipWidget extends WidgetType {
  private readonly look: ChipLook

  constructor(look: ChipLook) {
    super()
    this.look = look
  }

  override eq(other: ChipWidget): boolean {
    const [a, b] = [this.look, other.look]
    return (
      a.state === b.state && a.name === b.name && a.value === b.value && a.title === b.title && a.formula === b.formula
    )
  }

  override toDOM(): HTMLElement {
    const chip = document.createElement('span')
    this.fill(chip)
    return chip
  }

  override updateDOM(chip: HTMLElement): boolean {
    chip.replaceChildren()
    this.fill(chip)
    return true
  }

  override ignoreEvent(): boolean {
    return false
  }

  private fill(chip: HTMLElement): void {
    const { state, name, value, title, formula } = this.look
    chip.className = classes['chip'] ?? ''
    chip.dataset['chip'] = state
    chip.title = title
    chip.append(part('name', name, formula ? 'mono' : ''))
    if (value !== '') chip.append(dot(), part('value', value, ''))
  }
}

/** Four braces, which print two. */
export class BracesWidget extends WidgetType {
  override eq(): boolean {
    return true
  }

  override toDOM(): HTMLElement {
    const braces = document.createElement('span')
    braces.className = classes['braces'] ?? ''
    braces.title = 'Two braces, as text'
    braces.textContent = '{{'
    return braces
  }

  override ignoreEvent(): boolean {
    return false
  }
}

// Apart from the value, whose letters may run from right to left.
function dot(): HTMLElement {
  const element = document.createElement('span')
  element.className = classes['dot'] ?? ''
  element.textContent = ' · '
  return element
}

function part(name: string, text: string, more: string): HTMLElement {
  const element = document.createElement('bdi')
  element.className = [classes[name], more].filter(Boolean).join(' ')
  element.textContent = text
  return element
}
