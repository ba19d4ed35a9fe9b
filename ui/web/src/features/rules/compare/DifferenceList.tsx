import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { RuleInput } from '../edit'
import { actionsQuery } from '../queries'
import classes from './DifferenceList.module.css'
import { differences } from './difference'

interface Props {
  before: RuleInput
  after: RuleInput
  /** What stands there when nothing differs. */
  same?: string
}

/** What differs between two states of a rule, field by field in words. */
export function DifferenceList({ before, after, same = 'Nothing differs.' }: Props) {
  const { data } = useQuery(actionsQuery)
  const found = differences(before, after, data ?? new Map())
  if (found.length === 0) return <Text c="dimmed">{same}</Text>
  return (
    <dl className={classes.list}>
      {found.map(({ what, before: old, after: next }) => (
        <div key={what} className={classes.item}>
          <dt>{what}</dt>
          {old !== undefined && (
            <dd>
              <span className={classes.word}>before</span>
              <del>
                <bdi>{old}</bdi>
              </del>
            </dd>
          )}
          {next !== undefined && (
            <dd>
              <span className={classes.word}>now</span>
              <ins>
                <bdi>{next}</bdi>
              </ins>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}
