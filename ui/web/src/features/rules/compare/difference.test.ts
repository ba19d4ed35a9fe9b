import { expect, test } from 'vitest'
import type { Schemas } from '@/api/client'
import { differences, type Words } from './difference'

const email = {
  type: 'email',
  title: 'Send an email',
  schema: { properties: { subject: { title: 'Subject' } } },
} as unknown as Schemas['ActionSpec']
const words: Words = new Map([['email', email]])
const step = (key: string, change: Partial<Schemas['Step']> = {}) => ({ key, action: 'email', ...change })
const rule = (change: Partial<Schemas['RuleInput']> = {}) => ({ name: 'Tell', inbox: 'shop', ...change })

test('the same rule differs in nothing, however it is written', () => {
  expect(differences(rule({ steps: [step('a')] }), rule({ steps: [step('a')], tags: [], note: '' }), words)).toEqual([])
  expect(differences(rule(), { name: 'Tell', inboxes: ['shop'] }, words)).toEqual([])
})

test('a field of a step is named as its form names it', () => {
  const before = rule({ steps: [step('a', { with: { subject: 'Old' } })] })
  const after = rule({ steps: [step('a', { with: { subject: 'New' } })] })
  expect(differences(before, after, words)).toEqual([
    { what: 'Step 1, Send an email: Subject', before: 'Old', after: 'New' },
  ])
})

test('steps that came, went and changed places are told', () => {
  const before = rule({ steps: [step('a', { name: 'A' }), step('b', { name: 'B' }), step('c', { name: 'C' })] })
  const after = rule({ steps: [step('c', { name: 'C' }), step('a', { name: 'A' }), step('d', { name: 'D' })] })
  expect(differences(before, after, words)).toEqual([
    { what: 'Step removed', before: 'B' },
    { what: 'Step 3 added', after: 'D' },
    { what: 'Order of the steps', before: 'A, C', after: 'C, A' },
  ])
})

test('what was not there before has no before', () => {
  expect(differences(rule(), rule({ when: 'payload.total > 5' }), words)).toEqual([
    { what: 'When and only if', after: 'payload.total > 5' },
  ])
  expect(differences(rule({ overlap: 'parallel' }), rule({ overlap: { mode: 'single' } }), words)).toEqual([
    { what: 'If it is already running', before: 'Start another one beside it', after: 'Skip the new one' },
  ])
})
