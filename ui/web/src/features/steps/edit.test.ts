import { expect, test } from 'vitest'
import { putBack, removed, type Step } from './edit'

const step = (key: string, text = key): Step => ({ key, action: 'note', with: { text } })

test('a step that is put back stands where it stood, and what was edited since stays', () => {
  const [a, b, c] = [step('a'), step('b'), step('c')]
  const edited = removed([a, b, c], 'b').map((s) => (s.key === 'a' ? step('a', 'edited') : s))
  expect(putBack(edited, 1, b)).toEqual([step('a', 'edited'), b, c])
  expect(putBack([], 1, b)).toEqual([b])
  const again = [a, step('b', 'from undo'), c]
  expect(putBack(again, 1, b)).toBe(again)
})
