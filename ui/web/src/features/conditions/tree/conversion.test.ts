import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Schemas } from '@/api/client'
import { Conversion, type Options } from './conversion'
import { changedRow, inserted, rowsOf, withRoot } from './edits'
import { newKey, type Row } from './node'
import { conditionsSettled } from './settled'

type Visual = Schemas['Visual']
type Input = Parameters<Options['convert']>[0]

// A language of rows "field=value", joined by " and ". The answers come when a test lets them.
// "kind=x" in front is the kind of event.
const readText = (text: string): Schemas['ConditionTree'] => {
  const parts = text.split(' and ')
  const types = parts[0]?.startsWith('kind=') === true ? parts.splice(0, 1).map((p) => p.slice(5)) : []
  const nodes = parts.map((part, i) => {
    const [field = '', value = ''] = part.split('=')
    const label = field.toUpperCase()
    return { kind: 'row', id: `0.${i}`, field, label, type: 'text', op: 'is', value, text: part } as const
  })
  return { text, root: { kind: 'all', id: '0', nodes }, ...(types.length > 0 ? { when: { types } } : {}) }
}

function answerTo({ expression, tree }: Input): Visual {
  const fault = (message: string, node = '') => ({ message, line: 1, column: 1, from: 0, to: 0, node })
  if (tree !== undefined) {
    const nodes = tree.root.nodes ?? []
    const bad = nodes.findIndex((n) => n.value === 'bad')
    if (bad >= 0) return { expression: '', errors: [fault('This does not fit.', `0.${bad}`)] }
    const text = nodes.map((n) => `${n.field}=${String(n.value)}`).join(' and ')
    return { expression: text, errors: [], tree: text === '' ? { root: { kind: 'all' } } : readText(text) }
  }
  if (expression?.includes('?') === true) return { expression, errors: [fault('Not right.')] }
  return { expression: expression ?? '', errors: [], tree: readText(expression ?? '') }
}

interface Question {
  input: Input
  answer: () => Promise<void>
  fail: () => Promise<void>
}

function setUp(kinds = true) {
  const questions: Question[] = []
  const told: [string, string | undefined][] = []
  const settle = async () => void (await vi.advanceTimersByTimeAsync(0))
  const conversion: Conversion = new Conversion({
    kinds,
    missing: (row) => (row.value === undefined || row.value === '' ? 'Write what to compare with.' : undefined),
    convert: (input) =>
      new Promise((resolve, reject) => {
        questions.push({
          input,
          answer: () => (resolve(answerTo(input)), settle()),
          fail: () => (reject(new Error('no contact')), settle()),
        })
      }),
    onChange: (text, { join }) => {
      told.push([text, join])
      conversion.give(text)
    },
  })
  const next = async (): Promise<Question> => {
    await vi.waitFor(() => expect(questions.length).toBeGreaterThan(0))
    const [first] = questions.splice(0, 1)
    if (first === undefined) throw new Error('nothing was asked')
    return first
  }
  const rows = () => {
    const { condition } = conversion.current()
    return condition === undefined ? [] : rowsOf(condition.root)
  }
  const type = (at: number, value: string, join = 'value') => {
    const { condition } = conversion.current()
    const key = rows()[at]?.key ?? ''
    if (condition === undefined) throw new Error('there are no rows')
    conversion.edit(
      withRoot(
        condition,
        changedRow(condition.root, key, (r) => ({ ...r, value })),
      ),
      { join },
      false,
    )
  }
  const add = (field: string, value?: string) => {
    const { condition } = conversion.current()
    if (condition === undefined) throw new Error('there are no rows')
    const row: Row = {
      kind: 'row',
      key: newKey(),
      field,
      label: '',
      type: 'text',
      op: 'is',
      value,
      ignoreCase: false,
      convert: false,
    }
    conversion.edit(withRoot(condition, inserted(condition.root, condition.root.key, [row])))
  }
  const start = async (text: string) => {
    conversion.give(text)
    await (await next()).answer()
  }
  return { conversion, questions, told, next, rows, type, add, start }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is typed shows at once, is written once, and is one step of the history', async () => {
  const { conversion, questions, told, next, rows, type, start } = setUp()
  await start('a=1')
  type(0, '2')
  expect(rows()[0]?.value).toBe('2')
  await vi.advanceTimersByTimeAsync(50)
  type(0, '23')
  await vi.advanceTimersByTimeAsync(119)
  expect(questions).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  await (await next()).answer()
  expect(told).toEqual([['a=23', 'value']])
  expect(questions, 'the text that comes back is not read again').toEqual([])
  expect(conversion.current().names.get('0.0')).toBe(rows()[0]?.key)
})

test('an answer that is older than what was typed since changes nothing', async () => {
  const { told, next, rows, type, start } = setUp()
  await start('a=1')
  type(0, '2')
  await vi.advanceTimersByTimeAsync(200)
  const old = await next()
  type(0, '3')
  await old.answer()
  expect(rows()[0]?.value).toBe('3')
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  await (await next()).answer()
  expect(told).toEqual([['a=3', 'value']])
})

test('a text from elsewhere, as from Undo, is read; its rows keep their keys', async () => {
  const { conversion, next, rows, type, start } = setUp()
  await start('a=1 and b=2')
  const keys = rows().map((r) => r.key)
  type(0, '5')
  await vi.advanceTimersByTimeAsync(200)
  await (await next()).answer()
  conversion.give('a=1 and b=2')
  await (await next()).answer()
  expect(rows().map((r) => [r.key, r.value])).toEqual([
    [keys[0], '1'],
    [keys[1], '2'],
  ])
})

test('a row that is not finished is not written, and a finished one stays as it was until it is again', async () => {
  const { told, next, rows, type, add, start } = setUp()
  await start('a=1')
  add('b')
  await vi.advanceTimersByTimeAsync(0)
  const first = await next()
  expect(first.input.tree?.root.nodes).toHaveLength(1)
  await first.answer()
  expect(told, 'nothing has changed yet').toEqual([])
  type(0, '')
  await vi.advanceTimersByTimeAsync(200)
  await (await next()).answer()
  expect(told, 'the condition on a does not go away while it is rewritten').toEqual([])
  type(1, 'x')
  await vi.advanceTimersByTimeAsync(200)
  await (await next()).answer()
  expect(told).toEqual([['a=1 and b=x', 'value']])
  expect(rows()[1]?.label, 'the server tells the name').toBe('B')
  expect(rows()[0]?.value).toBe('')
})

test('what the server finds fault with is told at its row; the others are written', async () => {
  const { conversion, told, next, rows, type, start } = setUp()
  await start('a=1 and b=2')
  type(0, '5', 'one')
  type(1, 'bad', 'two')
  await vi.advanceTimersByTimeAsync(200)
  await (await next()).answer()
  await (await next()).answer()
  expect(told).toEqual([['a=5 and b=2', undefined]])
  expect([...conversion.current().faults]).toEqual([[rows()[1]?.key, 'This does not fit.']])
  expect(rows()[1]?.value).toBe('bad')
})

test('rows stay in sight while the text cannot be read', async () => {
  const { conversion, next, rows, start } = setUp()
  await start('a=1')
  conversion.give('a=?')
  await (await next()).answer()
  expect(conversion.current().broken).toHaveLength(1)
  expect(rows()).toHaveLength(1)
  conversion.give('a=2')
  await (await next()).answer()
  expect(conversion.current().broken).toEqual([])
  expect(rows()[0]?.value).toBe('2')
})

test('waiting for conditions writes what was typed last at once', async () => {
  const { told, next, type, start } = setUp()
  await start('a=1')
  await conditionsSettled()
  type(0, '2')
  let settled = false
  const waiting = conditionsSettled().then(() => (settled = true))
  await vi.advanceTimersByTimeAsync(0)
  expect(settled).toBe(false)
  await (await next()).answer()
  await waiting
  expect(told).toEqual([['a=2', 'value']])
})

test('without contact the rows are kept, waiting fails, and writing is tried again', async () => {
  const { conversion, told, next, rows, type, start } = setUp()
  await start('a=1')
  type(0, '2')
  const failed = conditionsSettled().catch((error: unknown) => error)
  await (await next()).fail()
  expect(await failed).toEqual(new Error('no contact'))
  expect(rows()[0]?.value).toBe('2')
  expect(conversion.current().error?.message).toBe('no contact')
  await vi.advanceTimersByTimeAsync(3000)
  await (await next()).answer()
  expect(told).toEqual([['a=2', 'value']])
  expect(conversion.current().error).toBeUndefined()
})

test('a change of the kind of event leaves rows alone that are not finished', async () => {
  const { conversion, next, rows, add, start } = setUp()
  await start('a=1')
  add('b')
  await vi.advanceTimersByTimeAsync(0)
  await (await next()).answer()
  conversion.give('kind=order and a=1')
  await (await next()).answer()
  expect(conversion.current().condition?.when?.types).toEqual(['order'])
  expect(rows().map((r) => r.field)).toEqual(['a', 'b'])
  conversion.give('kind=order and a=2')
  await (await next()).answer()
  expect(
    rows().map((r) => [r.field, r.value]),
    'other text takes their place',
  ).toEqual([['a', '2']])
})
