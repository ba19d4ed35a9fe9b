import { expect, it } from 'vitest'
import { ExactNumber, numberOf, parseExact, parseValues } from './exactJson'

// Node 20 tells the text of a value only from version 21 on; the browsers do.
const knows = 'rawJSON' in JSON

it.runIf(knows)('keeps every digit of a number', () => {
  const text = '{"id":9007199254740993,"price":640.00,"list":[1e2,-0,12,1.5],"text":"9007199254740993.00"}'
  const value = parseExact(text) as Record<string, unknown>
  expect(value['id']).toEqual(new ExactNumber('9007199254740993'))
  expect(String(value['price'])).toBe('640.00')
  expect((value['list'] as unknown[]).map(String)).toEqual(['1e2', '-0', '12', '1.5'])
  expect(value['text']).toBe('9007199254740993.00')
  expect(JSON.stringify(value)).toBe(text)
})

it('gives plain numbers where the browser does not tell their text', () => {
  const { parse } = JSON
  const old = JSON as { parse: unknown }
  old.parse = (text: string, reviver?: (key: string, value: unknown) => unknown) =>
    parse(text, reviver && ((key: string, value: unknown) => reviver(key, value)))
  try {
    expect(parseExact('{"id":9007199254740993,"price":640.00}')).toEqual({ id: 9007199254740992, price: 640 })
  } finally {
    old.parse = parse
  }
})

it('fails as JSON.parse does', () => {
  expect(() => parseExact('{"a":1.50')).toThrow(SyntaxError)
})

it.runIf(knows)('keeps of settings the digits that the browser would change', () => {
  const text = '{"id":9007199254740993,"even":9007199254740994,"fine":0.12345678901234567891,"list":[1e400]}'
  expect(JSON.stringify(parseValues(text))).toBe(text)
  expect(parseValues('{"price":640.00,"id":9007199254740993}')).toEqual({
    price: 640,
    id: new ExactNumber('9007199254740993'),
  })
})

it('reads a number that is typed with every digit, and nothing else as one', () => {
  expect(numberOf('1.5')).toBe(1.5)
  expect(numberOf('640.00')).toBe(640)
  expect(numberOf('-0.0')).toBe(-0)
  expect(numberOf('9007199254740992')).toBe(9007199254740992)
  expect(numberOf('9007199254740993')).toEqual(new ExactNumber('9007199254740993'))
  expect(numberOf('0.12345678901234567891')).toEqual(new ExactNumber('0.12345678901234567891'))
  expect(numberOf('1e-400')).toEqual(new ExactNumber('1e-400'))
  for (const text of ['', '1.', '0x10', '012', 'one', '1 2']) expect(numberOf(text)).toBeUndefined()
})
