import { VisuallyHidden } from '@mantine/core'
import { StatusIcon } from '@/components/StatusIcon'
import type { StatusRole } from '@/components/status'
import { type Against, saidText, useVerdict, type Verdict, VerdictText } from '@/features/conditions'

interface Props {
  expression: string
  against: Against
  phone: boolean
}

const roles: Record<Verdict['verdict'], StatusRole> = { yes: 'good', no: 'neutral', unknown: 'unsure', broken: 'bad' }

/** Whether the rule would run for the sample; on phones the sign alone. */
export function SampleVerdict({ expression, against, phone }: Props) {
  const verdict = useVerdict(expression, against)
  if (!phone) return <VerdictText verdict={verdict} />
  if (verdict === undefined) return null
  const words = saidText(verdict.sentence)
  return (
    <span title={words} style={{ display: 'inline-flex' }}>
      <StatusIcon role={roles[verdict.verdict]} />
      <VisuallyHidden>{words}</VisuallyHidden>
    </span>
  )
}
