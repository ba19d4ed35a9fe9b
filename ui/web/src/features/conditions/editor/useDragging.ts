import { type PointerEvent as ReactPointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import type { Conversion } from '../tree/conversion'
import { mayStandIn } from '../tree/move'
import type { Group } from '../tree/node'
import type { Actions } from './actions'

/** Where a node that is being dragged would land. */
export interface Drop {
  readonly key: string
  readonly group: string
  readonly index: number
}

interface Props {
  container: RefObject<HTMLElement | null>
  conversion: Conversion
  actions: Actions
}

/** Moves nodes by their handle. Escape leaves them where they are. */
export function useDragging({ container, conversion, actions }: Props) {
  const [drop, setDrop] = useState<Drop>()
  const ends = useRef<() => void>(() => undefined)
  useEffect(() => () => ends.current(), [])
  const start = useCallback(
    (key: string, e: ReactPointerEvent<HTMLElement>) => {
      if (e.button !== 0) return
      let at: Drop | undefined
      const move = (to: PointerEvent) => {
        const tree = conversion.current().condition?.root
        at = container.current && tree ? landing(container.current, tree, key, to) : undefined
        setDrop(at)
      }
      const finish = (dropped: boolean) => {
        abort.abort()
        setDrop(undefined)
        if (dropped && at !== undefined) actions.moveTo(at.key, at.group, at.index)
      }
      const abort = new AbortController()
      const { signal } = abort
      ends.current = () => finish(false)
      e.currentTarget.setPointerCapture(e.pointerId)
      window.addEventListener('pointermove', move, { signal })
      window.addEventListener('pointerup', () => finish(true), { signal })
      window.addEventListener('pointercancel', () => finish(false), { signal })
      window.addEventListener(
        'keydown',
        (k) => {
          if (k.key !== 'Escape') return
          k.stopPropagation()
          finish(false)
        },
        { signal, capture: true },
      )
    },
    [container, conversion, actions],
  )
  return { drop, start }
}

// The innermost list under the pointer that can take the node, and the place in it.
function landing(container: HTMLElement, root: Group, key: string, { clientY: y }: PointerEvent): Drop | undefined {
  const lists = [...container.querySelectorAll<HTMLElement>('[data-list]')].toReversed() // inner ones come later
  for (const list of lists) {
    const group = list.dataset['list'] ?? ''
    const box = list.getBoundingClientRect()
    const outer = group === root.key
    if ((!outer && (y < box.top || y > box.bottom)) || !mayStandIn(root, key, group)) continue
    const parts = [...list.querySelectorAll<HTMLElement>(':scope > [data-key]')]
    if (parts.some((part) => part.dataset['key'] === key && part.contains(list))) continue
    const index = parts.findIndex((part) => {
      const { top, height } = part.getBoundingClientRect()
      return y < top + height / 2
    })
    return { key, group, index: index < 0 ? parts.length : index }
  }
  return undefined
}
