import { useRef, useState } from 'react'

export interface PanelState {
  readonly tab: string
  /** Where the panel is a drawer or a sheet: whether it is open. */
  readonly opened: boolean
  readonly show: (tab: string) => void
  readonly close: () => void
  /** Puts the focus into the panel, or back to the rule from there. */
  readonly jump: () => void
}

/** Ids of the two parts that F6 jumps between. */
export const mainId = 'rule-main'
export const panelId = 'rule-panel'

/** What the panel beside the rule shows. */
export function usePanel(first: string): PanelState {
  const [tab, setTab] = useState(first)
  const [opened, setOpened] = useState(false)
  const before = useRef<HTMLElement>(null)
  return {
    tab,
    opened,
    show: (next) => {
      setTab(next)
      setOpened(true)
    },
    close: () => setOpened(false),
    jump: () => {
      const [main, panel] = [mainId, panelId].map((id) => document.getElementById(id))
      const here = document.activeElement
      if (panel?.contains(here)) {
        const back = before.current?.isConnected ? before.current : main
        back?.focus()
      } else if (panel) {
        before.current = here instanceof HTMLElement && main?.contains(here) ? here : null
        panel.focus()
      } else setOpened(true)
    },
  }
}
