import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { useNews } from '@/api/live'
import type { Schemas } from '@/api/client'
import { type EventFilters, type EventSummary, eventsQuery, fetchEvents } from './queries'

type Pages = InfiniteData<Schemas['EventList'], string>

const calm = 1000 // milliseconds: the head of the list is asked for at most this often

interface Options {
  filters: EventFilters
  /** Whether rows may move now; what came waits otherwise. */
  mayMove: () => boolean
  paused: boolean
}

export type EventFeed = ReturnType<typeof useEventFeed>

/** The list as it is loaded, and what has come since and waits to be shown. */
export function useEventFeed({ filters, mayMove, paused }: Options) {
  const queries = useQueryClient()
  const options = eventsQuery(filters)
  const query = useInfiniteQuery(options)
  const name = JSON.stringify(filters)
  const [fresh, setFresh] = useState<{ of: string; items: readonly EventSummary[] }>({ of: name, items: [] })
  const [added, setAdded] = useState<ReadonlySet<string>>(new Set())
  const waiting = fresh.of === name ? fresh.items : []
  const [newest, setNewest] = useState<{ of: string; seq: number; count: number }>({ of: name, seq: 0, count: 0 })
  const items = useMemo(() => {
    const seen = new Set<string>()
    return (query.data?.pages ?? []).flatMap((p) => p.items.filter((e) => !seen.has(e.id) && Boolean(seen.add(e.id))))
  }, [query.data])

  const show = (news: readonly EventSummary[]) => {
    setFresh({ of: name, items: [] })
    if (news.length === 0) return
    setAdded(new Set(news.map((e) => e.id)))
    queries.setQueryData<Pages>(options.queryKey, (old) => withItems(old, news))
  }

  const look = useEffectEvent(async () => {
    const head = await fetchEvents(filters, '')
    const known = new Map(head.items.map((e) => [e.id, e]))
    const first = items[0]?.seq ?? 0
    const news = head.items.filter((e) => e.seq > first)
    // Into an empty list more may have come at once than a page holds.
    const gap = news.length > 0 && news.length === head.items.length && (first > 0 || head.nextCursor !== '')
    const from = Math.max(first, newest.of === name ? newest.seq : 0)
    const came = news.filter((e) => e.seq > from).length
    setNewest({ of: name, seq: news[0]?.seq ?? from, count: newest.count + came })
    if (!paused) queries.setQueryData<Pages>(options.queryKey, (old) => refreshed(old, known))
    if (gap && mayMove()) {
      setFresh({ of: name, items: [] })
      queries.setQueryData<Pages>(options.queryKey, { pages: [head], pageParams: [''] })
    } else if (!gap && mayMove()) show(news)
    else setFresh({ of: name, items: news })
  })

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const [asked, ask] = useState(0)
  useNews(({ reset }) => {
    if (reset) {
      setFresh({ of: name, items: [] })
      queries.setQueryData<Pages>(options.queryKey, (old) => firstOnly(old))
    } else ask((n) => n + 1)
  })
  useEffect(() => {
    if (asked === 0) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      // Without contact the strip at the top says so, and the next news comes with a new look.
      look().catch(() => undefined)
    }, calm)
  }, [asked])

  const showWaiting = () => {
    // More came than one page holds: the list begins anew, so that it has no gap.
    if (waiting.length >= 100) {
      setFresh({ of: name, items: [] })
      queries.setQueryData<Pages>(options.queryKey, (old) => firstOnly(old))
      void queries.invalidateQueries({ queryKey: options.queryKey })
    } else show(waiting)
  }
  /** After a pause: what came is shown, and what changed meanwhile. */
  const resume = () => {
    showWaiting()
    ask((n) => n + 1)
  }
  return { query, items, waiting: waiting.length, arrived: newest.count, added, showWaiting, resume }
}

function withItems(old: Pages | undefined, news: readonly EventSummary[]): Pages | undefined {
  const [first, ...rest] = old?.pages ?? []
  if (old === undefined || first === undefined) return old
  return { ...old, pages: [{ ...first, items: [...news, ...first.items] }, ...rest] }
}

function refreshed(old: Pages | undefined, known: ReadonlyMap<string, EventSummary>): Pages | undefined {
  if (old === undefined) return old
  return { ...old, pages: old.pages.map((p) => ({ ...p, items: p.items.map((e) => known.get(e.id) ?? e) })) }
}

function firstOnly(old: Pages | undefined): Pages | undefined {
  if (old === undefined) return old
  return { pages: old.pages.slice(0, 1), pageParams: old.pageParams.slice(0, 1) }
}
