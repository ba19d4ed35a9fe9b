import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCalmNews } from '@/api/live'
import type { RunFilter } from './filter'
import { runsQuery } from './queries'

const calm = 800 // milliseconds: a busy list is loaded again at most this often

/** A list of runs that follows what happens. */
export function useRuns(filter: RunFilter) {
  const queries = useQueryClient()
  const [openedAt] = useState(Date.now)
  const list = useInfiniteQuery(runsQuery(filter))
  const pages = list.data?.pages ?? []
  useCalmNews('run', calm * Math.max(1, pages.length), () => {
    void queries.invalidateQueries({ queryKey: ['runs', 'list'] })
  })
  return { list, openedAt, items: pages.flatMap((page) => page.items) }
}
