import { useLocalStorage } from '@mantine/hooks'
import { type KeyboardEvent, type PointerEvent, useState } from 'react'

const usual = 420
const [least, most] = [340, 560]
const within = (width: number) => Math.min(most, Math.max(least, Math.round(width)))

/** Width of the panel in pixels, kept for the person, and what its edge needs to be dragged. */
export function usePanelWidth() {
  const [kept, setKept] = useLocalStorage({
    key: 'patchbay-editor-panel',
    defaultValue: usual,
    getInitialValueInEffect: false,
  })
  const [dragged, setDragged] = useState<number>()
  const width = within(dragged ?? kept)
  const edge = {
    role: 'separator',
    tabIndex: 0,
    'aria-orientation': 'vertical' as const,
    'aria-label': 'Width of the panel',
    'aria-valuenow': width,
    'aria-valuemin': least,
    'aria-valuemax': most,
    onPointerDown: (e: PointerEvent<HTMLElement>) => {
      e.preventDefault()
      e.currentTarget.setPointerCapture(e.pointerId)
      setDragged(width)
    },
    onPointerMove: (e: PointerEvent<HTMLElement>) => {
      if (dragged === undefined) return
      const end = e.currentTarget.parentElement?.getBoundingClientRect().right ?? 0
      setDragged(within(end - e.clientX))
    },
    onPointerUp: () => {
      if (dragged !== undefined) setKept(dragged)
      setDragged(undefined)
    },
    onDoubleClick: () => setKept(usual),
    onKeyDown: (e: KeyboardEvent) => {
      const by = e.key === 'ArrowLeft' ? 20 : e.key === 'ArrowRight' ? -20 : 0
      if (by === 0) return
      e.preventDefault()
      setKept(within(width + by))
    },
  }
  return { width, edge }
}
