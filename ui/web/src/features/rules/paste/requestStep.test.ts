import { expect, test } from 'vitest'
import { requestStep } from './requestStep'

const request = { kind: 'request', method: 'POST', url: 'https://example.com/', secrets: [] } as const

test('a pasted request becomes a step with its data as the form shows it', () => {
  const json = [
    ['Content-Type', 'application/json'],
    ['X-Team', 'ops'],
  ] as const
  expect(requestStep({ ...request, headers: json, body: '{"id":7}' }).with).toMatchObject({
    method: 'POST',
    url: 'https://example.com/',
    headers: { 'X-Team': 'ops' },
    json: { id: 7 },
  })
  const form = [['Content-Type', 'application/x-www-form-urlencoded']] as const
  expect(requestStep({ ...request, headers: form, body: 'a=1&b=x+y' }).with).toEqual({
    method: 'POST',
    url: 'https://example.com/',
    form: { a: '1', b: 'x y' },
  })
  expect(requestStep({ ...request, headers: form, body: 'a=1&a=2' }).with).toMatchObject({
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'a=1&a=2',
  })
  expect(requestStep({ ...request, headers: [], body: '' }).with).toEqual({
    method: 'POST',
    url: 'https://example.com/',
  })
})
