import { IconZoomQuestion } from '@tabler/icons-react'
import type { Feature } from '@/routing'
import { usePaletteEntries } from './palette'

export { EventHeader, EventRow, narrowColumns } from './EventRow'
export { eventQuery, eventRulesQuery, titleOf, whyNotQuery } from './queries'
export { routes } from './routes'
export { useRunAgain } from './runAgain'

export const feature: Feature = {
  pages: [
    {
      id: 'page:/missing',
      label: 'Something missing?',
      group: 'Do',
      icon: IconZoomQuestion,
      words: 'why did it not run missing lost event never arrived rule does not fire',
      to: '/events',
      search: { missing: 'yes' },
    },
  ],
  usePaletteEntries,
}
