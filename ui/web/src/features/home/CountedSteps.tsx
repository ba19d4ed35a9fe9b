import { Button, Group, Table, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { Count } from '@/components/format'
import { clockText } from '@/components/time'
import { spanText } from '@/components/timeSpan'
import type { Line } from './chartDrawing'
import classes from './home.module.css'
import { ListLink } from './ListLink'
import type { Period } from './queries'
import { TimeChart } from './TimeChart'

export interface Counted extends Line {
  /** The filter of the list that shows just these. */
  search: Record<string, string>
}

interface Props {
  title: string
  noun: string
  /** The list that shows what is counted. */
  to: string
  lines: readonly Counted[]
  period: Period
  /** Begin of each step. */
  at: readonly string[]
}

/** Counts over time, as a chart and, for whoever wants the figures, as a table with a link for each. */
export function CountedSteps({ title, noun, to, lines, period, at }: Props) {
  const [asTable, { toggle }] = useDisclosure(false)
  const navigate = useNavigate()
  const times = useMemo(() => at.map((time) => Date.parse(time) / 1000), [at])
  // What never happened needs no line.
  const drawn = useMemo(() => lines.filter((line, i) => i === 0 || sum(line.values) > 0), [lines])
  const timeText = useCallback((seconds: number) => axisName(seconds, period), [period])
  const spanOf = (step: number) => {
    const begin = (times[step] ?? 0) * 1000
    return spanText({ since: iso(begin), until: iso(begin + period.length) })
  }
  const text = (step: number) =>
    `${stepName(times[step] ?? 0, period)}: ${counts(lines.map((l) => [l, l.values[step]]))}`
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={3}>{title}</Title>
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={asTable}>
          {asTable ? 'As a chart' : 'As a table'}
        </Button>
      </Group>
      {asTable ? (
        <Steps lines={lines} times={times} period={period} to={to} spanOf={spanOf} />
      ) : (
        <TimeChart
          label={`${title} of the last ${period.label}: ${counts(lines.map((l) => [l, sum(l.values)]))}`}
          times={times}
          lines={drawn}
          timeText={timeText}
          stepText={(step) => `${text(step)}. Click to see ${noun === 'run' ? 'these runs' : 'these events'}.`}
          onPick={(step) => void navigate({ to, ...({ search: { since: spanOf(step) } } as object) })}
        />
      )}
    </section>
  )
}

interface StepsProps extends Pick<Props, 'lines' | 'period' | 'to'> {
  times: readonly number[]
  spanOf: (step: number) => string
}

function Steps({ lines, times, period, to, spanOf }: StepsProps) {
  const told = times.map((time, step) => ({ time, step })).filter(({ step }) => lines.some((l) => l.values[step]))
  if (told.length === 0) return <Text c="dimmed">Nothing happened.</Text>
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {lines.map((line) => (
              <Table.Th key={line.label} ta="end">
                {line.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {told.toReversed().map(({ time, step }) => (
            <Table.Tr key={time}>
              <Table.Th scope="row" fw={400}>
                {stepName(time, period)}
              </Table.Th>
              {lines.map((line) => (
                <Table.Td key={line.label} ta="end">
                  <ListLink to={to} search={{ since: spanOf(step), ...line.search }}>
                    <Count value={line.values[step] ?? 0} />
                  </ListLink>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

const sum = (values: readonly number[]) => values.reduce((all, n) => all + n, 0)
const iso = (milliseconds: number) => new Date(milliseconds).toISOString()
const counts = (of: readonly [Line, number | undefined][]) =>
  of.map(([line, n = 0]) => `${n.toLocaleString()} ${line.label.toLowerCase()}`).join(', ')

const dayName = (seconds: number) =>
  new Date(seconds * 1000).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
const clock = (seconds: number) => clockText(seconds * 1000)

const axisName = (seconds: number, { step }: Period) => (step === '1h' ? clock(seconds) : dayName(seconds))

function stepName(seconds: number, { step, length }: Period): string {
  if (step === '1d') return dayName(seconds)
  return `${dayName(seconds)}, ${clock(seconds)} to ${clock(seconds + length / 1000)}`
}
