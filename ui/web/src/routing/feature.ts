import type { TablerIcon } from '@tabler/icons-react'

/** An entry of the navigation. It appears as soon as its feature exports it. */
export interface NavItem {
  label: string
  icon: TablerIcon
  to: string
  /** Paths under which it is the current one, besides `to`. */
  within?: readonly string[]
  /** Second key of the shortcut: "e" for g e. */
  key: string
  /** Has a place of its own among the tabs at the foot of a phone; the others are under More. */
  tab?: boolean
  /** Shows the number of open problems. */
  countsProblems?: boolean
}

/** A line of the command palette, of the New menu, or both. */
export interface Entry {
  id: string
  label: string
  /** Plain words below the label. */
  detail?: string | undefined
  /** Heading in the palette: Pages, Rules, Inboxes, … */
  group: string
  icon?: TablerIcon
  /** Other words that people may type, such as "webhook" for an inbox. */
  words?: string
  /** Address within the application, or what happens. */
  to?: string
  /** What the address is narrowed to. */
  search?: Readonly<Record<string, string>>
  /** Fits whatever is typed, and stands behind what fits better. */
  last?: boolean
  run?: () => void
  /** Needs the right to change things. */
  changes?: boolean
}

/** What a feature adds to the frame around its pages. */
export interface Feature {
  navigation?: NavItem
  /** Pages below the navigation, such as sections of the settings. */
  pages?: readonly Entry[]
  /** What the New button offers. */
  creates?: readonly Entry[]
  /** Objects for the palette. Called while it is open; the query is what was typed, trimmed. */
  usePaletteEntries?: (query: string) => readonly Entry[]
}
