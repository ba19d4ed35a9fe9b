import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { webParts } from './webParts'

it('names the license of every library as its author does', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string; license?: string }>
  }
  expect(webParts.length).toBeGreaterThan(10)
  for (const { name, version, license } of webParts)
    expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version, license })
})
