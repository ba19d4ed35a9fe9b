import { expect, test } from 'vitest'
import { duplicated, grouped, inserted, partOf, removed, ungrouped } from './edits'
import { moved, movedTo } from './move'
import { type Group, isGroup, type Part, type Row } from './node'

const row = (key: string, where?: Group): Row => ({
  kind: 'row',
  key,
  field: `payload.${key}`,
  label: key,
  type: 'text',
  op: 'is',
  value: 'x',
  ignoreCase: false,
  convert: false,
  ...(where === undefined ? {} : { where }),
})
const group = (key: string, kind: Group['kind'], ...nodes: Part[]): Group => ({ kind, key, nodes })

/** "a (b c) d" */
const shape = (root: Group): string =>
  root.nodes
    .map((n) => {
      if (isGroup(n)) return `(${shape(n)})`
      return n.kind === 'row' && n.where !== undefined ? `${n.key}{${shape(n.where)}}` : n.key
    })
    .join(' ')

const tree = () =>
  group('root', 'all', row('a'), group('g', 'any', row('b'), row('c')), row('d', group('w', 'all', row('e'), row('f'))))

test.each([
  ['a', 1, '(a b c) d{e f}'],
  ['b', -1, 'a b (c) d{e f}'],
  ['b', 1, 'a (c b) d{e f}'],
  ['c', 1, 'a (b) c d{e f}'],
  ['d', -1, 'a (b c d{e f})'],
  ['g', -1, '(b c) a d{e f}'],
  ['g', 1, 'a d{e f} (b c)'],
  ['e', 1, 'a (b c) d{f e}'],
] as const)('%s moves by %i', (key, direction, want) => {
  expect(shape(moved(tree(), key, direction))).toBe(want)
})

test.each([
  ['a', -1],
  ['d', 1],
  ['e', -1],
  ['f', 1],
  ['nothing', 1],
] as const)('%s cannot move by %i', (key, direction) => {
  const root = tree()
  expect(moved(root, key, direction)).toBe(root)
})

test('a group that loses its last member is gone', () => {
  const root = group('root', 'all', group('g', 'any', row('b')), row('d'))
  expect(shape(moved(root, 'b', 1))).toBe('b d')
  expect(shape(removed(root, 'b'))).toBe('d')
})

test('dragging moves where it is dropped, and nowhere where that makes no sense', () => {
  const root = tree()
  expect(shape(movedTo(root, 'd', 'root', 0))).toBe('d{e f} a (b c)')
  expect(shape(movedTo(root, 'a', 'root', 3))).toBe('(b c) d{e f} a')
  expect(shape(movedTo(root, 'c', 'root', 0))).toBe('c a (b) d{e f}')
  expect(shape(movedTo(root, 'a', 'g', 1))).toBe('(b a c) d{e f}')
  expect(movedTo(root, 'g', 'g', 0)).toBe(root)
  expect(movedTo(root, 'a', 'w', 0), 'a field of the event among those of items').toBe(root)
  expect(movedTo(root, 'e', 'root', 0), 'and the other way round').toBe(root)
  expect(movedTo(root, 'a', 'root', 1), 'where it is').toBe(root)
  const two = inserted(root, 'root', [group('h', 'any', row('x'), row('y'))])
  expect(movedTo(two, 'h', 'g', 0), 'groups stand at the top').toBe(two)
})

test('copies have keys of their own, all the way down', () => {
  const made = duplicated(tree(), 'd')
  const copy = partOf(made.root, made.key)
  expect(made.root.nodes.map((n) => n.key).slice(0, 3)).toEqual(['a', 'g', 'd'])
  expect(copy).toMatchObject({ field: 'payload.d', where: { nodes: [{ field: 'payload.e' }, { field: 'payload.f' }] } })
  const keys = JSON.stringify(copy).match(/"key":"[^"]+"/g) ?? []
  expect(keys.length).toBe(4)
  expect(keys.every((k) => !['"key":"d"', '"key":"w"', '"key":"e"'].includes(k))).toBe(true)
})

test('a row goes into a group of the other kind, and out again', () => {
  const root = grouped(tree(), 'a')
  expect(shape(root)).toBe('(a) (b c) d{e f}')
  const made = root.nodes[0]
  expect(made?.kind).toBe('any')
  expect(shape(ungrouped(root, made?.key ?? ''))).toBe(shape(tree()))
})

test('what an edit does not touch stays the same object', () => {
  const root = tree()
  const next = removed(root, 'c')
  expect(next.nodes[0]).toBe(root.nodes[0])
  expect(next.nodes[2]).toBe(root.nodes[2])
})
