import { feature as activity } from '@/features/activity'
import { feature as connections } from '@/features/connections'
import { feature as events } from '@/features/events'
import { feature as home } from '@/features/home'
import { feature as inboxes } from '@/features/inboxes'
import { feature as problems } from '@/features/problems'
import { feature as recipes } from '@/features/recipes'
import { feature as rules } from '@/features/rules'
import { feature as runs } from '@/features/runs'
import { feature as settings } from '@/features/settings'
import type { Entry, Feature, NavItem } from '@/routing'

// In the order of the navigation. What a feature does not export yet is not there.
const features: readonly Feature[] = [
  home,
  rules,
  activity,
  events,
  runs,
  problems,
  inboxes,
  connections,
  recipes,
  settings,
]

export const navigation: readonly NavItem[] = features.flatMap((f) => f.navigation ?? [])

export const creates: readonly Entry[] = features.flatMap((f) => f.creates ?? [])

export const pages: readonly Entry[] = [
  ...navigation.map((item) => ({
    id: `page:${item.to}`,
    label: item.label,
    group: 'Pages',
    icon: item.icon,
    to: item.to,
  })),
  ...features.flatMap((f) => f.pages ?? []),
]

/** Hooks of the features that find objects for the palette, in their order. */
export const entryHooks = features.flatMap((f) => f.usePaletteEntries ?? [])
