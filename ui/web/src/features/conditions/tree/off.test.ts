import { expect, test } from 'vitest'
import { emptyGroup, type Group, newKey, type Part, type Row } from './node'
import { fromWire, leavesOf, toWire } from './wire'

const row = (field: string, off?: boolean): Row => ({
  kind: 'row',
  key: newKey(),
  field,
  label: '',
  type: 'boolean',
  op: 'isTrue',
  value: undefined,
  ignoreCase: false,
  convert: false,
  ...(off === undefined ? {} : { off }),
})
const group = (kind: Group['kind'], ...nodes: Part[]): Group => ({ ...emptyGroup(kind), nodes })

/** What a tree says, such as "all(a, -b)": a line before what is switched off. */
const says = (part: Part): string => {
  const text =
    part.kind === 'row'
      ? part.field
      : part.kind === 'formula'
        ? part.text
        : `${part.kind}(${part.nodes.map(says).join()})`
  return part.off === true ? `-${text}` : text
}
const sent = (root: Group) => toWire({ text: '', root }, (leaf) => leaf)
const there = (root: Group) => says(fromWire(sent(root).tree, true).root)

test('what is switched off is still so when it is read again', () => {
  expect(there(group('all', row('a'), row('b', true)))).toBe('all(a,-b)')
  expect(there(group('any', row('a', true), row('b'), row('c')))).toBe('any(-a,b,c)')
  expect(there(group('all', row('a', true)))).toBe('all(-a)')
  expect(there(group('all', row('a'), { ...group('any', row('b'), row('c', true)), off: true }))).toBe(
    'all(a,-any(b,-c))',
  )
  expect(there(group('any', row('a'), group('all', row('b'), row('c', true))))).toBe('any(a,all(b,-c))')
})

test('a group in which everything is switched off decides nothing, and is what it was once it is on again', () => {
  expect(there(group('all', row('a'), group('any', row('b', true), row('c', true))))).toBe('all(a,-any(b,c))')
  expect(there(group('any', row('a', true), row('b', true)))).toBe('all(-any(a,b))')
  expect(there(group('any', row('a'), group('all', row('b', true), row('c', true))))).toBe('any(a,-all(b,c))')
})

test('verdicts and faults find what they are about beside what is switched off', () => {
  const [a, b, c] = [row('a', true), row('b'), row('c')]
  const { tree, keys, leaves } = sent(group('all', a, group('any', b, c)))
  expect(leavesOf(tree).map((leaf) => leaf.field)).toEqual(['a', 'b', 'c'])
  expect(leaves).toEqual([a, b, c])
  expect([keys.get('0.0'), keys.get('0.0.1'), keys.get('0.1.1')]).toEqual([a.key, a.key, c.key])
})

test('a formula that is a constant is shown as it was written', () => {
  const nodes = [{ kind: 'formula', text: 'true' } as const, { kind: 'formula', text: 'payload.a' } as const]
  expect(says(fromWire({ root: { kind: 'all', nodes } }, true).root)).toBe('all(true,payload.a)')
})
