import type { QueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { baseAddress } from './address'
import type { Schemas } from './client'

export type Change = Schemas['LiveChange']

/** live: connected. reconnecting: lost just now. offline: lost for a while, or no network at all. */
export type Connection = 'live' | 'reconnecting' | 'offline'

export interface Contact {
  readonly connection: Connection
  /** When contact was lost; undefined while live. */
  readonly since: number | undefined
  /** How long the last gap was, in milliseconds, once it is over. */
  readonly back: number | undefined
}

/** Changes that came together; reset when some were missed and everything has to be loaded again. */
export interface News {
  readonly changes: readonly Change[]
  readonly reset: boolean
}

type Listener = (news: News) => void

const gather = 150 // milliseconds: changes of one moment are told together
const calm = 1500 // lists of counts are asked for at most this often
const patience = 10_000 // without contact for so long is offline
const longestPause = 8_000

/**
 * The page's one live stream. It resumes after the last change that it saw, so that
 * nothing is missed or told twice while the server is there; where the server no
 * longer knows what came after, it says reset.
 */
export class Live {
  private source: EventSource | undefined
  private seq = ''
  private failures = 0
  private pending: Change[] = []
  private timers = new Map<string, ReturnType<typeof setTimeout>>()
  private listeners = new Set<Listener>()
  private watchers = new Set<() => void>()
  private contact: Contact = { connection: 'live', since: undefined, back: undefined }
  private queries: QueryClient | undefined

  start(queries: QueryClient): void {
    if (this.queries) return
    this.queries = queries
    window.addEventListener('online', this.again)
    window.addEventListener('offline', this.lost)
    this.connect()
  }

  stop(): void {
    window.removeEventListener('online', this.again)
    window.removeEventListener('offline', this.lost)
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    this.source?.close()
    this.source = undefined
    this.queries = undefined
    this.seq = ''
    this.pending = []
    this.failures = 0
    this.tell({ connection: 'live', since: undefined, back: undefined })
  }

  /** Calls back with what changed, in the order of the changes. Returns how to end that. */
  subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  watchContact = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  readContact = (): Contact => this.contact

  private connect(): void {
    this.source?.close()
    const address = new URL(`${baseAddress}/api/v1/live`)
    if (this.seq !== '') address.searchParams.set('after', this.seq)
    const source = new EventSource(address)
    this.source = source
    source.addEventListener('hello', (e) => this.arrived(e, () => this.found()))
    source.addEventListener('reset', (e) => this.arrived(e, () => this.deliver(true)))
    for (const kind of ['event', 'run']) source.addEventListener(kind, (e) => this.arrived(e, () => this.take(e)))
    source.addEventListener('config', (e) => this.changed(e))
    source.addEventListener('error', this.lost)
  }

  private arrived(e: MessageEvent, then: () => void): void {
    if (e.lastEventId !== '') this.seq = e.lastEventId
    then()
  }

  private found(): void {
    this.failures = 0
    this.cancel('offline')
    const { since } = this.contact
    this.tell({ connection: 'live', since: undefined, back: since === undefined ? undefined : Date.now() - since })
    this.later('greet', 3000, () => this.tell({ ...this.contact, back: undefined }))
  }

  /** The browser's own reconnecting differs from one to the next, and gives up for good at some answers. */
  private lost = (): void => {
    if (!this.queries) return
    this.source?.close()
    const since = this.contact.since ?? Date.now()
    const offline = !navigator.onLine || Date.now() - since >= patience
    this.tell({ connection: offline ? 'offline' : 'reconnecting', since, back: undefined })
    if (!offline)
      this.later('offline', since + patience - Date.now(), () => this.tell({ ...this.contact, connection: 'offline' }))
    this.later('connect', Math.min(longestPause, 500 * 2 ** this.failures), () => this.connect())
    this.failures++
    // A session that has ended looks like a lost connection from here; asking who we are tells them apart.
    if (this.failures % 4 === 2) void this.queries.invalidateQueries({ queryKey: ['session'] })
  }

  private again = (): void => {
    this.cancel('connect')
    this.connect()
  }

  private take(e: MessageEvent): void {
    this.pending.push(JSON.parse(e.data as string) as Change)
    if (!this.timers.has('deliver')) this.later('deliver', gather, () => this.deliver(false))
  }

  /**
   * An inbox can change without anybody at work on a page: its app brings the secret by itself.
   * So can the public address that all inboxes begin with, when a tunnel gives another one.
   */
  private changed(e: MessageEvent): void {
    const { kind, name } = JSON.parse(e.data as string) as Schemas['LiveConfig']
    if (kind === 'inbox' || kind === 'settings') void this.queries?.invalidateQueries({ queryKey: ['inboxes'] })
    // Whoever has the rule open is told when somebody discards, publishes or deletes what they work on.
    if (kind === 'rule') void this.queries?.invalidateQueries({ queryKey: ['rules', 'one', name] })
    if (kind === 'settings') void this.queries?.invalidateQueries({ queryKey: ['settings', 'instance'] })
  }

  private deliver(reset: boolean): void {
    const news: News = { changes: this.pending, reset }
    this.pending = []
    for (const listener of this.listeners) listener(news)
    if (reset) {
      void this.queries?.invalidateQueries()
      return
    }
    for (const { kind, id } of news.changes) {
      void this.queries?.invalidateQueries({ queryKey: [kind === 'event' ? 'events' : 'runs', 'one', id] })
    }
    if (!this.timers.has('counts')) this.later('counts', calm, () => this.recount())
  }

  private recount(): void {
    for (const family of ['problems', 'stats']) void this.queries?.invalidateQueries({ queryKey: [family] })
  }

  private tell(contact: Contact): void {
    this.contact = contact
    for (const watcher of this.watchers) watcher()
  }

  private later(name: string, delay: number, then: () => void): void {
    this.cancel(name)
    const timer = setTimeout(
      () => {
        this.timers.delete(name)
        then()
      },
      Math.max(0, delay),
    )
    this.timers.set(name, timer)
  }

  private cancel(name: string): void {
    clearTimeout(this.timers.get(name))
    this.timers.delete(name)
  }
}

export const live = new Live()

/** How the page stands with the server. */
export function useContact(): Contact {
  return useSyncExternalStore(live.watchContact, live.readContact)
}

/** Hands what changed to a list, which decides what to load. */
export function useNews(listener: Listener): void {
  const heard = useEffectEvent(listener)
  useEffect(() => live.subscribe((news) => heard(news)), [])
}

/**
 * Calls back some milliseconds after something of a kind has changed, and then not before
 * as many have passed again: under a flood what is loaded has time to arrive.
 */
export function useCalmNews(kind: Change['kind'], pause: number, listener: () => void): void {
  const heard = useEffectEvent(listener)
  const wait = useEffectEvent(() => pause)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = live.subscribe(({ changes, reset }) => {
      if (timer !== undefined || !(reset || changes.some((change) => change.kind === kind))) return
      timer = setTimeout(() => {
        timer = undefined
        heard()
      }, wait())
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [kind])
}
