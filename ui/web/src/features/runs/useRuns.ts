import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useNews } from '@/api/live'
import type { RunFilter } from './filter'
import { runsQuery } from './queries'

const calm = 800 // milliseconds: a busy list is loaded again at most this often

/** A list of runs that follows what happens. */
export function useRuns(filter: RunFilter) {
  const queries = useQueryClient()
  const [openedAt] = useState(Date.now)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const list = useInfiniteQuery(runsQuery(filter))
  const pages = list.data?.pages ?? []
  useEffect(() => () => clearTimeout(timer.current), [])
  useNews(({ changes }) => {
    if (timer.current !== undefined || !changes.some((c) => c.kind === 'run')) return
    timer.current = setTimeout(() => {
      timer.current = undefined
      void queries.invalidateQueries({ queryKey: ['runs', 'list'] })
    }, calm * Math.max(1, pages.length))
  })
  return { list, openedAt, items: pages.flatMap((page) => page.items) }
}
