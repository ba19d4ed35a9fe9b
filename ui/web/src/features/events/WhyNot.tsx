import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Sentence } from '@/components/Sentence'
import { type EventDetail, type EventRule, whyNotQuery } from './queries'

/** The deciding condition of a rule that did not want an event, as the rule was then. */
export function WhyNot({ event, rule }: { event: EventDetail; rule: EventRule }) {
  const then = rule.versionThen > 0 ? rule.versionThen : rule.version
  const { data } = useQuery(whyNotQuery(event.id, rule.ruleId, then))
  if (data === undefined || data.match) return null
  return (
    <Text mt={4}>
      <Sentence
        parts={data.sentence.map((part) => {
          if (part.kind === 'strong') return { name: part.text }
          return part.text
        })}
      />
    </Text>
  )
}
