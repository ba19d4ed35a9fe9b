import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '@/api/client'
import type { FieldType, Row } from './node'
import { understandNumber } from './number'

export type Operator = Schemas['OperatorInfo']

/** All ways to compare, in the order in which they are offered. */
export const operatorsQuery = queryOptions({
  queryKey: ['operators'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => (await answer(client.GET('/api/v1/expressions/operators', { signal }))).items,
})

/** The operator of a row. */
export const operatorOf = (operators: readonly Operator[], row: Pick<Row, 'type' | 'op'>): Operator | undefined =>
  operators.find((o) => o.type === row.type && o.op === row.op)

/** As which a field can be compared, in words. */
export const typeWords: Record<FieldType, string> = {
  text: 'As text',
  number: 'As a number',
  boolean: 'As yes or no',
  date: 'As a date',
  list: 'As a list',
  any: 'Whether it is there',
}

const notANumber = 'This is not a number. Write one like 1200.50.'

const fits = (value: unknown, { type }: Row): boolean =>
  type !== 'number' || typeof value === 'number' || understandNumber(String(value)) !== undefined

/** What is missing before a row can be judged; undefined when nothing is. */
export function missingOf(row: Row, operators: readonly Operator[]): string | undefined {
  const operator = operatorOf(operators, row)
  if (row.field === '') return 'Choose a field.'
  if (operator === undefined) return 'Choose how to compare.'
  if (row.valueField === '') return 'Choose the field to compare with.'
  if (row.valueField !== undefined) return undefined
  switch (operator.takes) {
    case 'nothing':
      return undefined
    case 'field':
      return 'Choose the field to compare with.'
    case 'items':
      return row.where !== undefined && row.where.nodes.length > 0
        ? undefined
        : 'Add a condition that the items must meet.'
    case 'list':
      if (!Array.isArray(row.value) || row.value.length === 0) return 'Write at least one value.'
      return row.value.some((v) => !fits(v, row)) ? notANumber : undefined
    case 'range':
      if (!Array.isArray(row.value) || row.value.length !== 2 || row.value.includes(''))
        return 'Write two numbers: from and to.'
      return row.value.some((v) => !fits(v, row)) ? notANumber : undefined
    case 'value':
    case 'count':
    case 'date':
    case 'duration':
    case 'pattern':
      if (row.value === undefined || row.value === '') return 'Write what to compare with.'
      return fits(row.value, row) ? undefined : notANumber
  }
}
