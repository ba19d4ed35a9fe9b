import { expect, it } from 'vitest'
import { outcomeText } from './outcome'
import type { EventSummary } from './queries'

const run: EventSummary['runs'][number] = {
  id: '1',
  ruleId: 'big',
  ruleName: 'Big order',
  ruleVersion: 1,
  trigger: 'live',
  state: 'succeeded',
  reason: '',
  warnings: [],
  unknown: false,
  destination: '',
  dueAt: null,
  createdAt: '2026-05-03T14:20:00Z',
}

it('says why an event was refused', () => {
  expect(outcomeText({ verdict: 'rejected', reason: 'No signature.', runs: [], items: 0 })).toBe('No signature.')
})

it('says what went wrong in which rule, not that it was a step', () => {
  const failed = { ...run, ruleName: 'Form', state: 'failed', reason: 'Step "crm" failed: It answered 422.' } as const
  expect(outcomeText({ verdict: 'accepted', reason: '', runs: [run, failed], items: 0 })).toBe('Form: It answered 422.')
})

it('names the rules that did their work, each once', () => {
  const runs = [run, { ...run, ruleName: 'All orders' }, run]
  expect(outcomeText({ verdict: 'accepted', reason: '', runs, items: 0 })).toBe('Big order, All orders')
})

it('tells of a list how many items it had, and how many were known', () => {
  expect(outcomeText({ verdict: 'accepted', reason: '1 of 3 items were already here.', runs: [], items: 3 })).toBe(
    'A list of 3 items. 1 of 3 items were already here.',
  )
  expect(outcomeText({ verdict: 'accepted', reason: '', runs: [], items: 1 })).toBe('A list of 1 item.')
})
