import { QueryClient } from '@tanstack/react-query'
import { renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Live, live as shared, type News, useCalmNews } from './live'

// The stream that a browser would open, driven by hand.
class Stream extends EventTarget {
  static all: Stream[] = []
  readonly address: string
  closed = false
  constructor(address: URL) {
    super()
    this.address = String(address)
    Stream.all.push(this)
  }
  close() {
    this.closed = true
  }
  say(name: string, seq: number, data: object = {}) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify({ seq, ...data }), lastEventId: String(seq) }))
  }
}

let live: Live
let queries: QueryClient
const newest = () => Stream.all.at(-1) as Stream

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', Stream)
  Stream.all = []
  live = new Live()
  queries = new QueryClient()
  live.start(queries)
})

afterEach(() => {
  live.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('goes on after the last change it saw', () => {
  newest().say('hello', 7)
  newest().say('event', 9, { kind: 'event', id: 'e' })
  newest().dispatchEvent(new Event('error'))
  expect(live.readContact().connection).toBe('reconnecting')
  expect(newest().closed).toBe(true)
  vi.advanceTimersByTime(500)
  expect(newest().address).toMatch(/\/api\/v1\/live\?after=9$/)
  newest().say('hello', 9)
  expect(live.readContact()).toMatchObject({ connection: 'live', back: 500 })
})

it('is offline after a while, and tries more and more rarely', () => {
  for (let second = 0; second < 60; second++) {
    if (!newest().closed) newest().dispatchEvent(new Event('error'))
    vi.advanceTimersByTime(1000)
  }
  expect(live.readContact().connection).toBe('offline')
  expect(Stream.all.length).toBeLessThan(14)
})

it('hands what comes together to lists, and has the opened objects loaded again', () => {
  const heard: News[] = []
  const loads = vi.spyOn(queries, 'invalidateQueries')
  live.subscribe((news) => heard.push(news))
  newest().say('hello', 1)
  newest().say('event', 2, { kind: 'event', id: 'e' })
  newest().say('run', 3, { kind: 'run', id: 'r' })
  vi.advanceTimersByTime(200)
  expect(heard).toHaveLength(1)
  expect(heard[0]?.changes.map((c) => c.id)).toEqual(['e', 'r'])
  expect(loads).toHaveBeenCalledWith({ queryKey: ['events', 'one', 'e'] })
  expect(loads).toHaveBeenCalledWith({ queryKey: ['runs', 'one', 'r'] })
})

it('has the addresses loaded again when the public address changes by itself', () => {
  const loads = vi.spyOn(queries, 'invalidateQueries')
  newest().dispatchEvent(new MessageEvent('config', { data: JSON.stringify({ kind: 'settings', name: 'address' }) }))
  expect(loads).toHaveBeenCalledWith({ queryKey: ['inboxes'] })
  expect(loads).toHaveBeenCalledWith({ queryKey: ['settings', 'instance'] })
})

it('has everything loaded again when changes were missed', () => {
  const heard: News[] = []
  const loads = vi.spyOn(queries, 'invalidateQueries')
  live.subscribe((news) => heard.push(news))
  newest().say('reset', 40)
  expect(heard).toEqual([{ changes: [], reset: true }])
  expect(loads).toHaveBeenCalledWith()
})

it('gives lists time under a flood, and still tells them of the last change', () => {
  shared.start(queries)
  const told = vi.fn<() => void>()
  const { unmount } = renderHook(() => useCalmNews('event', 500, told))
  newest().say('hello', 1)
  for (let seq = 2; seq < 22; seq++) {
    newest().say('event', seq, { kind: 'event', id: `e${seq}` })
    vi.advanceTimersByTime(100)
  }
  expect(told.mock.calls.length).toBeGreaterThan(1)
  expect(told.mock.calls.length).toBeLessThan(5)
  vi.advanceTimersByTime(1000)
  told.mockClear()
  newest().say('run', 30, { kind: 'run', id: 'r' })
  vi.advanceTimersByTime(1000)
  expect(told).not.toHaveBeenCalled()
  newest().say('event', 31, { kind: 'event', id: 'last' })
  vi.advanceTimersByTime(1000)
  expect(told).toHaveBeenCalledOnce()
  unmount()
  shared.stop()
})
