import { describe, expect, it } from 'vitest'
import { eventStatus, lastRunStatus, runStatus } from './status'

const event = { verdict: 'accepted', route: 'matched', reason: '', runs: [] } as const

describe('eventStatus', () => {
  it('shows the run that needs a person first', () => {
    const runs = [
      { state: 'succeeded', reason: '' },
      { state: 'failed', reason: 'Slack said no' },
      { state: 'running', reason: '' },
    ] as const
    expect(eventStatus({ ...event, runs })).toEqual({ role: 'bad', word: 'Failed', detail: 'Slack said no' })
  })

  it('puts what may have been sent between what failed and what goes on', () => {
    const unsure = { state: 'failed', reason: '', unknown: true } as const
    const going = { state: 'running', reason: '' } as const
    const failed = { state: 'failed', reason: '' } as const
    expect(eventStatus({ ...event, runs: [going, unsure] }).word).toBe('May have been sent')
    expect(eventStatus({ ...event, runs: [unsure, failed] }).word).toBe('Failed')
  })

  it('stays calm where no rule wanted it', () => {
    expect(eventStatus({ ...event, route: 'unmatched' })).toMatchObject({ role: 'neutral', word: 'No rule wanted it' })
  })

  it('tells of the items of a list', () => {
    expect(eventStatus({ ...event, items: 3, route: 'pending' })).toMatchObject({
      role: 'moving',
      word: 'Checking its items',
    })
    expect(eventStatus({ ...event, items: 3, route: 'unmatched' }).word).toBe('No rule wanted its items')
    expect(eventStatus({ ...event, items: 3, route: 'matched' }).word).toBe('Received')
  })

  it('tells what was refused, repeated and held', () => {
    const words = (['rejected', 'duplicate', 'held'] as const).map(
      (verdict) => eventStatus({ ...event, verdict, route: '' }).word,
    )
    expect(words).toEqual(['Refused', 'Repeat', 'Held'])
  })
})

describe('runStatus', () => {
  const waiting = { state: 'waiting', reason: '', dueAt: '2026-05-03T14:20:00Z' } as const

  it('tells trying again from waiting as the rule says', () => {
    expect(runStatus({ ...waiting, destination: 'hooks.slack.com' }).word).toMatch(/^Trying again at /)
    expect(runStatus({ ...waiting, destination: '' }).word).toMatch(/^Waiting until /)
  })

  it('says who stopped it', () => {
    expect(runStatus({ state: 'canceled', reason: 'Skipped by ann@example.com.' }).word).toBe(
      'Skipped by ann@example.com',
    )
    expect(runStatus({ state: 'canceled', reason: 'The rule was deleted.' }).word).toBe('Stopped')
  })

  it('does not call a run with warnings plainly done', () => {
    expect(runStatus({ state: 'succeeded', reason: '', warnings: ['a', 'b'] })).toMatchObject({
      role: 'unsure',
      word: 'Done, 2 problems',
    })
  })

  it('keeps what may have been sent apart from what failed', () => {
    expect(runStatus({ state: 'failed', reason: '', unknown: true }).role).toBe('unsure')
  })
})

it('tells also of the last run of a rule whether it waits for a destination or because the rule says so', () => {
  const last = {
    runId: 'r',
    eventId: 'e',
    state: 'waiting',
    reason: '',
    unknown: false,
    warned: false,
    at: '2026-05-03T12:00:00Z',
    dueAt: new Date().toISOString(),
  } as const
  expect(lastRunStatus({ ...last, destination: 'https://crm.example' })).toMatchObject({
    word: 'Trying again',
    detail: expect.stringMatching(/^Trying again at /),
  })
  expect(lastRunStatus({ ...last, destination: '' })).toMatchObject({
    word: 'Waiting',
    detail: expect.stringMatching(/^Waiting until /),
  })
})
