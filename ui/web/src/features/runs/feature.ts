import { IconActivity } from '@tabler/icons-react'
import type { Feature } from '@/routing'

export const feature: Feature = {
  pages: [
    {
      id: 'page:/runs',
      label: 'Runs',
      group: 'Pages',
      icon: IconActivity,
      words: 'jobs executions history retry',
      to: '/runs',
    },
  ],
}
