import { IconHome } from '@tabler/icons-react'
import type { Feature } from '@/routing'

export const feature: Feature = {
  navigation: { label: 'Home', icon: IconHome, to: '/', key: 'h', tab: true },
}
