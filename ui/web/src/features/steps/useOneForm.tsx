import { type ReactNode, useLayoutEffect, useState } from 'react'
import { createPortal } from 'react-dom'

/**
 * One form for two places, of which one is there at a time: it is moved, not made anew,
 * so that what is typed and the focus stay. It is there for as long as it is open, or
 * its place fades out.
 */
export function useOneForm(open: boolean, form: ReactNode): { place: ReactNode; form: ReactNode } {
  const [box] = useState(() => document.createElement('div'))
  const [placed, setPlaced] = useState(false)
  const [there, setThere] = useState(false)
  if (placed && !there) setThere(true)
  if (!placed && !open && there) setThere(false)
  return { place: <Place box={box} onPlaced={setPlaced} />, form: there && createPortal(form, box) }
}

// What had the focus in a form that is between its places.
const focused = new WeakMap<HTMLElement, HTMLElement>()

function Place({ box, onPlaced }: { box: HTMLElement; onPlaced: (placed: boolean) => void }) {
  const [place, setPlace] = useState<HTMLElement | null>(null)
  useLayoutEffect(() => {
    if (place === null) return
    place.append(box)
    onPlaced(true)
    const held = focused.get(box)
    focused.delete(box)
    const release = held?.isConnected === true ? holdFocus(held) : undefined
    return () => {
      release?.()
      const active = document.activeElement
      if (active instanceof HTMLElement && box.contains(active)) focused.set(box, active)
      box.remove()
      onPlaced(false)
    }
  }, [place, box, onPlaced])
  return <div ref={setPlace} />
}

/** Gives the focus to an element, also against a sheet that opens and looks for what should have it. */
function holdFocus(element: HTMLElement): () => void {
  element.dataset['autofocus'] = ''
  element.focus({ preventScroll: true })
  const end = setTimeout(() => delete element.dataset['autofocus'], 1000)
  return () => {
    clearTimeout(end)
    delete element.dataset['autofocus']
  }
}
