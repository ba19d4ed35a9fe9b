import { expect, it } from 'vitest'
import { asItIs, compose, formatKey, formatsFor } from './formats'

const parts = { field: 'payload.a["b c"]', function: '', args: [], default: undefined }

it('writes a field as the template language reads it', () => {
  expect(compose(parts)).toBe('payload.a["b c"]')
  expect(compose({ ...parts, function: 'truncate', args: [100] })).toBe('truncate(payload.a["b c"], 100)')
  expect(compose({ ...parts, function: 'join', args: [', '], default: '' })).toBe('join(payload.a["b c"], ", ") ?? ""')
  expect(compose({ ...parts, default: 'a "friend"\n}}' })).toBe('payload.a["b c"] ?? "a \\"friend\\"\\n}}"')
})

it('offers functions that take nothing but the field, once each', () => {
  const f = (name: string, signature: string, group: string) => ({
    name,
    signature,
    group,
    help: 'Does it.',
    example: '',
    result: '',
  })
  const functions = new Map(
    [
      f('upper', 'upper(text)', 'text'),
      f('slug', 'slug(text)', 'text'),
      f('split', 'split(text, separator)', 'text'),
      f('abs', 'abs(number)', 'numbers'),
    ].map((entry) => [entry.name, entry]),
  )
  const { first, more } = formatsFor('text', functions)
  expect(first[0]).toBe(asItIs)
  expect(first.map((x) => x.function)).toContain('upper')
  expect(more.map((x) => x.title)).toEqual(['slug: Does it'])
  expect(formatKey({ function: 'truncate', args: [100] })).not.toBe(formatKey({ function: 'truncate', args: [10] }))
})
