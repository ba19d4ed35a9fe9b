import { List, Text } from '@mantine/core'
import type { Schemas } from '@/api/client'
import { StatusBadge } from '@/components/StatusBadge'
import type { Status } from '@/components/status'
import classes from './Findings.module.css'

type Finding = Schemas['Finding']

const states: Record<Finding['state'], Status> = {
  ok: { role: 'good', word: 'In order' },
  warning: { role: 'unsure', word: 'Look at this' },
  failed: { role: 'bad', word: 'Does not work' },
}
const order: Finding['state'][] = ['failed', 'warning', 'ok']

/** What a check has found, what needs a person first. */
export function Findings({ items }: { items: readonly Finding[] }) {
  const sorted = items.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return (
    <List listStyleType="none" className={classes.findings}>
      {sorted.map((finding) => (
        <List.Item key={`${finding.check} ${finding.found}`} className={classes.finding}>
          <StatusBadge status={states[finding.state]} />
          <Text fw={500} component="h3" m={0} mt={4}>
            {sentenceCase(finding.check)}
          </Text>
          <Text>{sentenceCase(finding.found)}.</Text>
          {finding.do && (
            <Text>
              <b>What to do:</b> {finding.do}.
            </Text>
          )}
        </List.Item>
      ))}
    </List>
  )
}

// The same words stand in lines of the command `patchbay doctor`, which begin small and end without a point.
const sentenceCase = (text: string) => (text.charAt(0).toUpperCase() + text.slice(1)).replace(/\.$/, '')
