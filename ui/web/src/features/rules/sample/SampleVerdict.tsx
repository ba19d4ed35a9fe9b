import { VisuallyHidden } from '@mantine/core'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { type Against, saidText, useVerdict, type Verdict, VerdictText } from '@/features/conditions'

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
  if (!short) return <VerdictText verdict={verdict} />
  if (verdict === undefined) return null
  const words = saidText(verdict.sentence)
  return (
    <span title={words} style={{ display: 'inline-flex' }}>
      <StatusIcon role={roles[verdict.verdict]} />
      <VisuallyHidden>{words}</VisuallyHidden>
    </span>
  )
}
