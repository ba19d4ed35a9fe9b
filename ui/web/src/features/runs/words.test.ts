import { expect, it } from 'vitest'
import { aboutText, chatText, outcomeText } from './words'

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

it('says a run in three lines for a chat', () => {
  const event = { origin: 'sender', type: 'order', summary: 'Order #1001' } as const
  const failed = { ...run, state: 'failed', reason: 'Step "crm" failed: It answered 422.' } as const
  const all = { ...failed, event, ruleId: 'crm', ruleName: 'To the CRM', createdAt: '2026-05-03T10:00:00Z' }
  const [first, second, third] = chatText(all, 'https://hooks.example.com/runs/1').split('\n')
  expect(first).toBe('To the CRM: Failed. It answered 422.')
  expect(second).toMatch(/^Order #1001, .*2026/)
  expect(third).toBe('https://hooks.example.com/runs/1')
})
