import { IconInbox } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { inboxListQuery } from '@/api/inboxes'
import type { Entry, Feature } from '@/routing'
import { titleOf } from './queries'

function usePaletteEntries(): readonly Entry[] {
  const { data } = useQuery(inboxListQuery)
  return (data?.items ?? []).map((box) => ({
    id: `inbox:${box.name}`,
    label: titleOf(box),
    detail: box.name,
    group: 'Inboxes',
    icon: IconInbox,
    words: 'webhook endpoint address hook',
    to: `/inboxes/${box.name}`,
  }))
}

export const feature: Feature = {
  navigation: { label: 'Inboxes', icon: IconInbox, to: '/inboxes', key: 'i' },
  creates: [
    {
      id: 'new:inbox',
      label: 'Inbox',
      detail: 'An address that receives messages from another app',
      group: 'New',
      icon: IconInbox,
      words: 'new webhook endpoint address hook',
      to: '/inboxes',
      search: { new: 'yes' },
      changes: true,
    },
  ],
  usePaletteEntries,
}
