import { expect, test } from 'vitest'
import { ExactNumber } from '@/api/exactJson'
import { rowsOf } from './edits'
import { fromWire, toWire } from './wire'

test('a number keeps all its digits, there and back', () => {
  const row = { kind: 'row', field: 'payload.id', type: 'number', op: 'is', text: '' } as const
  const nodes = [
    { ...row, value: new ExactNumber('9007199254740993') },
    { ...row, op: 'oneOf', value: [1, new ExactNumber('640.00')] },
  ]
  const condition = fromWire({ root: { kind: 'all', nodes } }, true)
  expect(rowsOf(condition.root).map((r) => r.value)).toEqual(['9007199254740993', [1, '640.00']])
  expect(toWire(condition, (leaf) => leaf).tree.root.nodes?.[0]?.value).toBe('9007199254740993')
})
