import { Text, VisuallyHidden } from '@mantine/core'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { type Against, Said, saidText, useVerdict, type Verdict } from '@/features/conditions'
import classes from './SampleBar.module.css'

interface Props {
  expression: string
  against: Against
  /** The sign alone, where there is no room for the sentence. */
  short: boolean
}

const roles: Record<Verdict['verdict'], StatusRole> = { yes: 'good', no: 'neutral', unknown: 'unsure', broken: 'bad' }

/** Whether the rule would run for the sample. */
export function SampleVerdict({ expression, against, short }: Props) {
  const verdict = useVerdict(expression, against)
  if (verdict === undefined) return null
  const words = saidText(verdict.sentence)
  return (
    <span className={classes.said} title={words} role="status">
      <StatusIcon role={roles[verdict.verdict]} />
      {short ? (
        <VisuallyHidden>{words}</VisuallyHidden>
      ) : (
        <Text lineClamp={2} fz="xs" c="dimmed">
          <Said parts={verdict.sentence} />
        </Text>
      )}
    </span>
  )
}
