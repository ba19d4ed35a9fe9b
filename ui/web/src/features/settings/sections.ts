import { useRouter } from '@tanstack/react-router'
import { allows, type Deed, useSession } from '@/api/session'

interface Section {
  label: string
  path: string
  /** Who may open it; everybody when it is left out. */
  needs?: Deed
  /** Other words that people may type to find it. */
  words: string
}

/**
 * The sections in the order of the navigation, those of other features included. One
 * appears as soon as a feature has a route at its path.
 */
const sections: readonly Section[] = [
  { label: 'Your account', path: '/settings/account', words: 'password profile me' },
  { label: 'General', path: '/settings/general', words: 'name time zone timezone money currency' },
  { label: 'Public address', path: '/settings/address', words: 'domain url https tunnel proxy webhook' },
  { label: 'People', path: '/settings/people', needs: 'administer', words: 'users invite roles password' },
  { label: 'Alerts', path: '/settings/alerts', words: 'notifications mail slack failure' },
  { label: 'Shared values and lists', path: '/settings/shared', words: 'variables vars lookup table' },
  { label: 'Storage', path: '/settings/storage', words: 'disk retention keep backup database' },
  { label: 'Programs and private addresses', path: '/settings/programs', words: 'shell allow network hosts' },
  { label: 'Access tokens', path: '/settings/tokens', needs: 'administer', words: 'api bearer scope' },
  { label: 'Change log', path: '/settings/change-log', needs: 'administer', words: 'audit history who' },
  { label: 'Health check', path: '/settings/health', needs: 'administer', words: 'doctor diagnose clock' },
  { label: 'About', path: '/settings/about', words: 'version licences licenses components' },
]

/** The sections that are there and that the person may open. */
export function useSections(): readonly Section[] {
  const { routesByPath } = useRouter()
  const { role } = useSession()
  return sections.filter((s) => s.path in routesByPath && allows(role, s.needs ?? 'look'))
}
