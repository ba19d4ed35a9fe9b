import { IconActivity, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Entry } from '@/routing'
import { eventQuery, titleOf } from './queries'

const id = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The event of an id, or else the way to the events that have the text in them. */
export function usePaletteEntries(query: string): readonly Entry[] {
  const typed = query.toLowerCase()
  const { data } = useQuery({ ...eventQuery(typed), enabled: id.test(typed), retry: false })
  if (query === '') return []
  if (data) {
    return [
      {
        id: `event:${data.id}`,
        label: titleOf(data),
        detail: data.id,
        group: 'Events',
        icon: IconActivity,
        to: `/events/${data.id}`,
      },
    ]
  }
  return [
    {
      id: 'find:events',
      label: `Find events with “${query}”`,
      group: 'Events',
      icon: IconSearch,
      to: '/events',
      search: { q: query },
      last: true,
    },
  ]
}
