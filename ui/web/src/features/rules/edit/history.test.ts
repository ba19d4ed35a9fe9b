import { expect, test } from 'vitest'
import { begin, edited, redone, undone } from './history'

test('edits that belong together are one step back', () => {
  let history = begin('')
  history = edited(history, 'a', { join: 'name' }, 0)
  history = edited(history, 'ab', { join: 'name' }, 900)
  history = edited(history, 'abc', { join: 'name' }, 1800)
  history = edited(history, 'abc!', { join: 'note' }, 1900)
  expect(undone(history).present).toBe('abc')
  expect(undone(undone(history)).present).toBe('')
})

test('a pause begins a new step, and so does an edit without a key', () => {
  let history = edited(begin(''), 'a', { join: 'name' }, 0)
  history = edited(history, 'ab', { join: 'name' }, 1000)
  history = edited(history, 'abc', {}, 1001)
  history = edited(history, 'abcd', {}, 1002)
  expect(undone(history).present).toBe('abc')
  expect(undone(undone(history)).present).toBe('ab')
  expect(undone(undone(undone(history))).present).toBe('a')
})

test('what was undone comes back, until something else is edited', () => {
  const history = undone(undone(edited(edited(begin(1), 2, {}, 0), 3, {}, 0)))
  expect(redone(redone(history)).present).toBe(3)
  const other = edited(redone(history), 9, {}, 0)
  expect(redone(other).present).toBe(9)
  expect(undone(other).present).toBe(2)
})

test('an edit after undo joins nothing', () => {
  const history = undone(edited(begin('a'), 'b', { join: 'name' }, 0))
  expect(undone(edited(history, 'c', { join: 'name' }, 10)).present).toBe('a')
})
