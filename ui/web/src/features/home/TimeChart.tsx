import { Text, useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import 'uplot/dist/uPlot.min.css'
import { type Drawing, draw } from './chartDrawing'
import classes from './home.module.css'

interface Props extends Pick<Drawing, 'times' | 'lines' | 'timeText'> {
  /** What the chart shows, with its sums, for people who do not see it. */
  label: string
  /** What stands below for the step under the pointer. */
  stepText: (step: number) => string
  onPick: (step: number) => void
}

/** Lines over time with their names at their ends. A table of the same numbers stands beside it. */
export function TimeChart({ label, stepText, onPick, ...drawing }: Props) {
  const { ref, width } = useElementSize()
  const scheme = useComputedColorScheme()
  const [step, setStep] = useState<number>()
  return (
    <div ref={ref} className={classes.chart}>
      {/* A click is a shortcut of what the links of the table do. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions */}
      <div role="img" aria-label={label} onClick={() => step !== undefined && onPick(step)}>
        {width > 0 && <Plot key={scheme} {...drawing} width={width} onPoint={setStep} />}
      </div>
      <Text c="dimmed" aria-hidden mih={20}>
        {step === undefined ? '' : stepText(step)}
      </Text>
    </div>
  )
}

/** Drawn anew with every change; its colours are those of the moment. */
function Plot({ width, times, lines, timeText, onPoint }: Omit<Drawing, 'host' | 'height'>) {
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (host.current === null) return
    return draw({ host: host.current, width, height: 200, times, lines, timeText, onPoint })
  }, [width, times, lines, timeText, onPoint])
  return <div ref={host} />
}
