import { expect, it } from 'vitest'
import { reachOf } from './reach'
import { isOurs } from './routes'

it.each([
  ['http://localhost:8080', 'computer'],
  ['http://127.0.0.1:8080', 'computer'],
  ['http://[::1]:8080', 'computer'],
  ['http://192.168.1.20', 'network'],
  ['http://172.20.0.2:8080', 'network'],
  ['http://nas.local', 'network'],
  ['http://nas', 'network'],
  ['https://hooks.example.com/hooks', 'public'],
  ['http://172.32.0.1', 'public'],
  ['hooks.example.com', 'unreadable'],
  ['ftp://example.com', 'unreadable'],
])('%s: %s', (address, reach) => {
  expect(reachOf(address)).toBe(reach)
})

it('goes nowhere else after signing in', () => {
  expect(
    [
      '/inboxes/a?b=c',
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      undefined,
    ].map(isOurs),
  ).toEqual([true, false, false, false, false, false])
})
