import { expect, it } from 'vitest'
import { ExactNumber, parseExact } from './exactJson'

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
