import { queryOptions } from '@tanstack/react-query'
import { answer, client } from '@/api/client'

/** Sums and queue of every inbox. */
export const ledgersQuery = queryOptions({
  queryKey: ['stats', 'ledgers'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/stats', { signal })),
})

export const openProblemsQuery = queryOptions({
  queryKey: ['problems', 'home'],
  queryFn: ({ signal }) => answer(client.GET('/api/v1/problems', { params: { query: { limit: 20 } }, signal })),
})

/** Causes of failures that are solved, newest first. */
export const solvedCausesQuery = queryOptions({
  queryKey: ['problems', 'home', 'solved'],
  queryFn: ({ signal }) =>
    answer(client.GET('/api/v1/problems', { params: { query: { solved: true, limit: 10 } }, signal })),
})

export interface Period {
  label: string
  /** How long a step of the chart is, as the API says it, and in milliseconds. */
  step: '1h' | '6h' | '1d'
  length: number
  hours: number
}

const hour = 3_600_000

export const periods: Readonly<Record<'day' | 'week' | 'month', Period>> = {
  day: { label: '24 hours', step: '1h', length: hour, hours: 24 },
  week: { label: '7 days', step: '6h', length: 6 * hour, hours: 7 * 24 },
  month: { label: '30 days', step: '1d', length: 24 * hour, hours: 30 * 24 },
}

export const activityQuery = (period: keyof typeof periods) =>
  queryOptions({
    queryKey: ['stats', 'activity', period],
    queryFn: ({ signal }) => {
      const { step, hours } = periods[period]
      const since = new Date(Date.now() - hours * hour).toISOString()
      return answer(client.GET('/api/v1/activity', { params: { query: { since, step } }, signal }))
    },
  })
