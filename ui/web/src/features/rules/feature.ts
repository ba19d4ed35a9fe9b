import { IconBolt } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { Entry, Feature } from '@/routing'
import { rulesQuery } from './queries'
import { plainSentence } from './RuleSentence'

function usePaletteEntries(): readonly Entry[] {
  const { data } = useQuery(rulesQuery)
  return (data ?? []).map((rule) => ({
    id: `rule:${rule.id}`,
    label: rule.name,
    detail: plainSentence(rule.sentence),
    group: 'Rules',
    icon: IconBolt,
    words: `${rule.id} ${rule.tags?.join(' ') ?? ''}`,
    to: `/rules/${rule.id}`,
  }))
}

export const feature: Feature = {
  navigation: { label: 'Rules', icon: IconBolt, to: '/rules', key: 'r', tab: true },
  creates: [
    {
      id: 'new:rule',
      label: 'Rule',
      group: 'New',
      icon: IconBolt,
      words: 'workflow automation trigger',
      to: '/rules/new',
      changes: true,
    },
  ],
  usePaletteEntries,
}
