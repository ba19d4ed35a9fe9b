import { IconPlug } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Entry, Feature } from '@/routing'
import { connectionsQuery, titleOf } from './queries'

const words = 'account credential smtp mail slack api key secret token password'

function usePaletteEntries(): readonly Entry[] {
  const { data } = useQuery(connectionsQuery)
  return (data?.items ?? []).map((connection) => ({
    id: `connection:${connection.name}`,
    label: titleOf(connection),
    detail: connection.name,
    group: 'Connections',
    icon: IconPlug,
    words: `${words} ${connection.type}`,
    to: `/connections/${connection.name}`,
  }))
}

export const feature: Feature = {
  navigation: { label: 'Connections', icon: IconPlug, to: '/connections', key: 'c' },
  creates: [
    {
      id: 'new:connection',
      label: 'Connection',
      detail: 'An account that rules may use',
      group: 'New',
      icon: IconPlug,
      words: `new ${words}`,
      to: '/connections/new',
      changes: true,
    },
  ],
  usePaletteEntries,
}
