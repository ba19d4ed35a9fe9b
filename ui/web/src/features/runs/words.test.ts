import { expect, it } from 'vitest'
import { aboutText, outcomeText } from './words'

const run: Parameters<typeof outcomeText>[0] = { state: 'succeeded', reason: '', result: '', warnings: [] }

it('tells what a run did last', () => {
  expect(outcomeText({ ...run, result: 'crm.example answered 200 OK' })).toBe('crm.example answered 200 OK')
})

it('puts what did not go well before what did', () => {
  expect(outcomeText({ ...run, result: 'Posted to #orders', warnings: ['Step 1 failed'] })).toBe('Step 1 failed')
})

it('tells why a run failed without its step', () => {
  expect(outcomeText({ ...run, state: 'failed', reason: 'Step "crm" failed: It answered 422.' })).toBe(
    'It answered 422.',
  )
})

it('shows what could turn the text of a stranger', () => {
  expect(aboutText({ event: { origin: 'sender', type: '', summary: 'a\u202Eb' } })).toBe('a\\u202eb')
})
