import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sentenceOf } from './logWords'

const server = join(import.meta.dirname, '../../../../api')

/** Whatever the server writes into the change log. */
function actions(): string[] {
  const sources = readdirSync(server).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  const found = sources.flatMap((name) =>
    [...readFileSync(join(server, name), 'utf8').matchAll(/(?:audit|Action): "([a-z]+\.[a-z-]+)"/g)].map(([, a]) => a),
  )
  return [...new Set(found)].filter((action) => action !== undefined)
}

const line = { seq: '1', at: '2026-01-02T03:04:05Z', who: 'ann@example.com', object: 'it', detail: '' }

it('has words for everything that the server writes down', () => {
  const all = actions()
  expect(all.length).toBeGreaterThan(40)
  expect(all.filter((action) => sentenceOf({ ...line, action }).before.includes(action))).toEqual([])
})

it('tells that an apply began, and of what', () => {
  const { before, object } = sentenceOf({ ...line, action: 'configuration.begin', object: 'patchbay.yaml' })
  expect(`${before} ${object}`).toBe('began to apply the file patchbay.yaml')
})
