import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import type { Conversion } from '../tree/conversion'
import type { Operator } from '../tree/operators'
import { Actions, type Control } from './actions'

/** The deeds of an editor, and what was said of the last one. */
export function useActions(
  conversion: Conversion,
  operators: readonly Operator[],
  container: RefObject<HTMLElement | null>,
) {
  const [actions] = useState(() => new Actions(conversion))
  const [spoken, say] = useState('')
  const wanted = useRef<{ key: string; control: Control; now: boolean }>(undefined)
  useLayoutEffect(() => {
    const focus = (key: string, control: Control, now = false) => (wanted.current = { key, control, now })
    actions.serve({ operators, say, focus })
  }, [actions, operators])
  // At each drawing: the control may be there only after the change is drawn.
  useLayoutEffect(() => {
    if (wanted.current === undefined || container.current === null) return
    const { key, control, now } = wanted.current
    const target = controlOf(container.current, key, control)
    if (target === null) return
    wanted.current = undefined
    if (now) target.focus()
    // A menu that closes gives the focus back to its button first.
    else requestAnimationFrame(() => setTimeout(() => target.focus()))
  })
  return { actions, spoken }
}

/** A control of a node; another one when it has none of the kind, as a phone has no handles. */
export function controlOf(container: HTMLElement, key: string, control: Control): HTMLElement | null {
  if (control === 'add') return container.querySelector(`[data-add="${key}"]`)
  const part = container.querySelector<HTMLElement>(`[data-key="${key}"]`)
  const controls = [...(part?.querySelectorAll<HTMLElement>(`[data-control]`) ?? [])].filter(
    (e) => e.closest('[data-key]') === part && e.checkVisibility(),
  )
  const order: readonly Control[] = [control, 'menu', 'field']
  for (const wanted of order) {
    const found = controls.find((e) => e.dataset['control'] === wanted)
    if (found !== undefined) return found
  }
  return null
}
