import { IconSettings } from '@tabler/icons-react'
import type { Entry, Feature } from '@/routing'
import { useSections } from './sections'

// A hook instead of `pages`, as which sections there are depends on routes and role.
function usePaletteEntries(): readonly Entry[] {
  return useSections().map(({ label, path, words }) => ({
    id: `settings:${path}`,
    label,
    detail: 'Settings',
    group: 'Pages',
    icon: IconSettings,
    words: `settings ${words}`,
    to: path,
  }))
}

export const feature: Feature = {
  navigation: { label: 'Settings', icon: IconSettings, to: '/settings', key: 's' },
  usePaletteEntries,
}
