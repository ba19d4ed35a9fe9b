import { type RefObject, useEffect, useEffectEvent, useRef } from 'react'

/** Alt with an arrow moves a card, wherever the focus is within it; the focus goes along. */
export function useMoveKeys(
  card: RefObject<HTMLElement | null>,
  index: number,
  move: ((by: -1 | 1) => void) | undefined,
): void {
  const focused = useRef<HTMLElement>(undefined)
  const place = useRef(index)
  const onKey = useEffectEvent((e: KeyboardEvent) => {
    const by = e.key === 'ArrowUp' ? -1 : e.key === 'ArrowDown' ? 1 : undefined
    if (!(e.target instanceof Node && card.current?.contains(e.target))) return
    if (move === undefined || by === undefined || !e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return
    // A row of a condition within the form moves itself.
    if (e.defaultPrevented) return
    e.preventDefault()
    if (document.activeElement instanceof HTMLElement) focused.current = document.activeElement
    move(by)
  })
  useEffect(() => {
    // Beyond what React listens at, so that a row within the form is asked first.
    const listen = (e: KeyboardEvent) => onKey(e)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [])
  useEffect(() => {
    if (place.current === index) return
    place.current = index
    // The browser takes the focus away from what is put elsewhere.
    focused.current?.focus()
    focused.current = undefined
  }, [index])
}
