import { expect, it } from 'vitest'
import { kindOf, membersOf, objectText, shownOf, valueOf } from './members'

it('keeps every value as it was written', () => {
  const text =
    '{"big": 9007199254740993, "price":1.50,"a \\"name\\"":{"x":[1,{"y":"}"}]},\n "t":"a,b:{", "no":false,"e":{}}'
  const members = membersOf(text)
  expect(members).toEqual([
    ['big', '9007199254740993'],
    ['price', '1.50'],
    ['a "name"', '{"x":[1,{"y":"}"}]}'],
    ['t', '"a,b:{"'],
    ['no', 'false'],
    ['e', '{}'],
  ])
  expect(membersOf(objectText(members))).toEqual(members)
  expect(JSON.parse(objectText(members))).toEqual(JSON.parse(text))
  expect(membersOf('{}')).toEqual([])
})

it('knows what kind a value is, and what a person reads', () => {
  expect(['"x"', '-1', 'true', 'null', '[1]', '{}'].map(kindOf)).toEqual([
    'text',
    'number',
    'yes-no',
    'group',
    'group',
    'group',
  ])
  expect(shownOf('"say \\"hi\\""')).toBe('say "hi"')
  expect(shownOf('1.50')).toBe('1.50')
})

it('takes only what a value of the kind can be', () => {
  expect(valueOf('text', ' 5 ')).toBe('" 5 "')
  expect(valueOf('number', ' 9007199254740993 ')).toBe('9007199254740993')
  for (const wrong of ['', '1,5', '05', 'five', '1.']) expect(valueOf('number', wrong)).toBeUndefined()
  expect(valueOf('group', '["a"]')).toBe('["a"]')
  expect(valueOf('group', '["a"')).toBeUndefined()
})
