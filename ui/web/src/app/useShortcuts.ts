import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { NavItem } from '@/routing'
import { usePreference } from './preferences'

const pairWithin = 1000 // milliseconds between g and the key after it

/** The keys of the frame: Ctrl K, ?, and g with the key of a page. */
export function useShortcuts(items: readonly NavItem[], onSearch: () => void, onList: () => void): void {
  const navigate = useNavigate()
  const [shortcuts] = usePreference('shortcuts')
  const began = useRef(0)
  const press = useEffectEvent((e: KeyboardEvent) => {
    if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k') {
      e.preventDefault()
      onSearch()
      return
    }
    if (shortcuts === 'off' || e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target)) return
    const follows = e.timeStamp - began.current < pairWithin && began.current > 0
    began.current = e.key === 'g' && !follows ? e.timeStamp : 0
    const item = follows ? items.find((i) => i.key === e.key) : undefined
    if (item) {
      e.preventDefault()
      void navigate({ to: item.to })
    } else if (e.key === '?') {
      e.preventDefault()
      onList()
    }
  })
  useEffect(() => {
    const heard = (e: KeyboardEvent) => press(e)
    document.addEventListener('keydown', heard)
    return () => document.removeEventListener('keydown', heard)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role="dialog"]') !== null
  )
}
