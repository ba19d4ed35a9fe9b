import { Text, VisuallyHidden } from '@mantine/core'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { type Against, Said, saidText, useVerdict, type Verdict } from '@/features/conditions'
import type { Width } from '../useWidth'
import classes from './SampleBar.module.css'

interface Props {
  expression: string
  against: Against
  width: Width
}

const roles: Record<Verdict['verdict'], StatusRole> = { yes: 'good', no: 'neutral', unknown: 'unsure', broken: 'bad' }

const words: Record<Verdict['verdict'], string> = {
  yes: 'Would run',
  no: 'Would not run',
  unknown: 'Cannot tell',
  broken: 'Not right',
}

/** Whether the rule would run for the sample. */
export function SampleVerdict({ expression, against, width }: Props) {
  const verdict = useVerdict(expression, against)
  if (verdict === undefined) return null
  const sentence = saidText(verdict.sentence)
  return (
    <span className={classes.said} title={sentence} role="status">
      <StatusIcon role={roles[verdict.verdict]} />
      {width === 'phone' ? (
        <VisuallyHidden>{sentence}</VisuallyHidden>
      ) : width === 'narrow' ? (
        <Text c="dimmed" className={classes.word}>
          {words[verdict.verdict]}
        </Text>
      ) : (
        <Text lineClamp={2} fz="xs" c="dimmed">
          <Said parts={verdict.sentence} />
        </Text>
      )}
    </span>
  )
}
