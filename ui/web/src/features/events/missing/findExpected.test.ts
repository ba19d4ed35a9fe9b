import { expect, it } from 'vitest'
import { findExpected, pageSize } from './findExpected'

const second = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, -n)).toISOString()

const event = (inbox: string, n: number) => ({ id: `e${n}`, inbox, receivedAt: second(n) })
type Arrived = ReturnType<typeof event>

/** What the server would answer, page by page. */
function server(events: readonly Arrived[]) {
  const asked: string[] = []
  const load = (cursor: string) => {
    asked.push(cursor)
    const from = Number(cursor || 0)
    const end = from + pageSize
    const more = end < events.length
    return Promise.resolve({ items: events.slice(from, end), nextCursor: more ? String(end) : '', complete: !more })
  }
  return { asked, load }
}

it('finds what came to its inbox behind many that came to others', async () => {
  const others = Array.from({ length: 250 }, (_, n) => event('other', n))
  const { load } = server([...others, event('shop', 250)])
  const { found, elsewhere, looked, until } = await findExpected(['shop'], load)
  expect(found.map((e) => e.id)).toEqual(['e250'])
  expect({ elsewhere, looked, until }).toEqual({ elsewhere: 250, looked: 251, until: undefined })
})

it('stops after 1000 events, and says how far it looked', async () => {
  const { asked, load } = server(Array.from({ length: 2500 }, (_, n) => event('other', n)))
  const { found, looked, until } = await findExpected(['shop'], load)
  expect(asked).toHaveLength(10)
  expect({ found, looked, until }).toEqual({ found: [], looked: 1000, until: second(999) })
})

it('looks no further than for as many as it shows', async () => {
  const { asked, load } = server(Array.from({ length: 2500 }, (_, n) => event('shop', n)))
  const { found, until } = await findExpected([], load)
  expect(asked).toEqual([''])
  expect(found).toHaveLength(20)
  expect(until).toBe(second(99))
})

it('says when the data of older events was not looked into', async () => {
  const load = () => Promise.resolve({ items: [event('shop', 0)], nextCursor: '', complete: false })
  expect((await findExpected(['shop'], load)).until).toBeNull()
})
