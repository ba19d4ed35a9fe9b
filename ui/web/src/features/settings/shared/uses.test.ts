import { expect, it } from 'vitest'
import { usersOfList, usersOfValue } from './uses'

const rule = (id: string, when: string, text: string) => ({
  id,
  name: id,
  when,
  steps: [{ key: 's', action: 'note', with: { deep: [{ text }] } }],
})
const rules = [
  rule('a', 'payload.total > vars.limit', ''),
  rule('b', '', 'Over {{ vars["limit"] }} for {{ lookup("people", payload.user) }}'),
  rule('c', 'payload.vars.limits > vars.limits', 'lookup("people-old", 1) and vars.limit is only said'),
  rule('d', 'vars.limit_two > 1', 'people'),
]

it('finds who reads a shared value, in conditions and in texts', () => {
  expect(usersOfValue(rules, 'limit').map((r) => r.id)).toEqual(['a', 'b', 'c'])
  expect(usersOfValue(rules, 'limits').map((r) => r.id)).toEqual(['c'])
  expect(usersOfValue(rules, 'li.it')).toEqual([])
})

it('finds who looks up in a list', () => {
  expect(usersOfList(rules, 'people').map((r) => r.id)).toEqual(['b'])
})
