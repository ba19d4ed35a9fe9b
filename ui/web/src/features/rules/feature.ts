import { IconBolt } from '@tabler/icons-react'
import type { Feature } from '@/routing'

export const feature: Feature = {
  navigation: { label: 'Rules', icon: IconBolt, to: '/rules', key: 'r', tab: true },
}
