import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { TimeAgo } from '@/components/TimeAgo'
import { pageOf, sentenceOf, whoText } from './logWords'
import type { LogLine } from './queries'

/** A line of the change log as a sentence. */
export function LogRow({ line, names, phone }: { line: LogLine; names: ReadonlyMap<string, string>; phone: boolean }) {
  const { before, object, after, detail } = sentenceOf(line)
  const who = whoText(line.who, names)
  const page = pageOf(line)
  const full = [who, before, object, after, detail && `(${detail})`].filter(Boolean).join(' ')
  return (
    <>
      <Text lineClamp={phone ? 3 : 2} fz="sm" title={full}>
        <bdi>
          <b>{who}</b>
        </bdi>{' '}
        {before}{' '}
        {object !== '' &&
          (page === undefined ? (
            <bdi>{object}</bdi>
          ) : (
            <Anchor component={Link} to={page} underline="always">
              <bdi>{object}</bdi>
            </Anchor>
          ))}{' '}
        {after}
        {detail !== '' && (
          <Text span c="dimmed">
            {' '}
            ({detail})
          </Text>
        )}
      </Text>
      <Text c="dimmed" className="number" component="div" fz={phone ? 'xs' : 'sm'}>
        <TimeAgo at={line.at} />
      </Text>
    </>
  )
}
