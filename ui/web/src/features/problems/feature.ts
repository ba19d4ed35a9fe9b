import { IconAlertTriangle } from '@tabler/icons-react'
import type { Feature } from '@/routing'

export const feature: Feature = {
  pages: [
    {
      id: 'page:/problems',
      label: 'Problems',
      group: 'Pages',
      icon: IconAlertTriangle,
      words: 'errors failures outage down circuit',
      to: '/problems',
    },
  ],
}
