import { IconActivity } from '@tabler/icons-react'
import type { Feature } from '@/routing'

export const feature: Feature = {
  navigation: {
    label: 'Activity',
    icon: IconActivity,
    to: '/events',
    within: ['/runs', '/problems'],
    key: 'a',
    tab: true,
    countsProblems: true,
  },
}
