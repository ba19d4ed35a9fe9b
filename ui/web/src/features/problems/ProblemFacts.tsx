import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { countText, durationText } from '@/components/format'
import { clockText } from '@/components/time'
import { TimeAgo } from '@/components/TimeAgo'
import type { Trouble } from './queries'
import { endText } from './words'

/** Since when, until when, and what of it is over. */
export function ProblemFacts({ problem }: { problem: Trouble }) {
  return (
    <Stack gap={4}>
      {problem.solvedAt === null ? (
        <Text component="div">
          Since <TimeAgo at={problem.since} />.{' '}
          {problem.nextCheck !== null && (
            <>
              Next check <TimeAgo at={problem.nextCheck} ahead />, at {clockText(problem.nextCheck, true)}.
            </>
          )}
        </Text>
      ) : (
        <Text component="div">
          Solved <TimeAgo at={problem.solvedAt} />, after{' '}
          {durationText(Date.parse(problem.solvedAt) - Date.parse(problem.since))}.
        </Text>
      )}
      {(problem.recovered > 0 || problem.skipped > 0 || problem.solvedAt !== null) && <Text>{endText(problem)}</Text>}
      {problem.rules.length > 0 && (
        <Text c="dimmed">
          Touches {countText(problem.rules.length, 'rule')}:{' '}
          {problem.rules.map((rule, i) => (
            <Fragment key={rule.id}>
              {i > 0 && ', '}
              <Anchor renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule.id }} {...props} />}>
                <bdi>{rule.name}</bdi>
              </Anchor>
            </Fragment>
          ))}
          . Other rules go on.
        </Text>
      )}
    </Stack>
  )
}
