import { Alert, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { type Verdict } from '../useVerdict'
import { VerdictText } from '../VerdictText'
import classes from './editor.module.css'

/** Says that the text cannot be read, and what the rows below then are. */
export function Broken({ faults, rows }: { faults: readonly Schemas['ExpressionFault'][]; rows: boolean }) {
  return (
    <Alert color="red" variant="light" title="This formula cannot be shown as conditions.">
      {faults.map((fault) => (
        <p key={`${fault.line}:${fault.column}:${fault.message}`} className={classes.faultText}>
          {fault.line > 0 ? `Line ${fault.line}, place ${fault.column}: ` : ''}
          {fault.message}
        </p>
      ))}
      {rows && <Text size="xs">The conditions below are those from before.</Text>}
    </Alert>
  )
}

/** What the draft says of the text, as long as it is the one that is shown. */
export function Faults({ list }: { list: readonly Schemas['ProblemField'][] }) {
  return list.map((fault) => (
    <p key={`${fault.line}:${fault.column}:${fault.message}`} className={classes.fault}>
      {fault.message}
    </p>
  ))
}

/** Stands where the verdict of a condition would. */
export const SwitchedOff = () => (
  <VerdictText
    part
    verdict={undefined}
    note={{ role: 'neutral', word: 'Switched off', text: 'Nothing asks for it.' }}
  />
)

interface WholeProps {
  verdict: Verdict | undefined
  noEvent: boolean
  fault: string | undefined
}

/** The verdict of the whole condition. */
export function Whole({ verdict, noEvent, fault }: WholeProps) {
  const note =
    fault !== undefined
      ? ({ role: 'bad', word: 'Not right', text: fault } as const)
      : noEvent
        ? ({
            role: 'neutral',
            text: 'There is no event to try this on yet. Send a sample to see real fields.',
          } as const)
        : undefined
  return (
    <div className={classes.whole}>
      <VerdictText verdict={verdict} note={note} />
    </div>
  )
}
