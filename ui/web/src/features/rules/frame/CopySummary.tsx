import { Menu } from '@mantine/core'
import { IconClipboardText } from '@tabler/icons-react'
import { usePerson } from '@/api/person'
import { copyAndTell } from '@/components/copyText'
import { ruleStatus } from '@/components/status'
import { fullTime } from '@/components/time'
import type { EditState } from '../edit'
import { plainSentence } from '../RuleSentence'

/** Copies what the rule does, how it stands and where it is: three lines for a chat. */
export function CopySummary({ state: { rule, live, draft, sentence } }: { state: EditState }) {
  const person = usePerson()
  const copy = () => {
    const status = ruleStatus({ enabled: live?.enabled ?? false, changed: draft !== undefined }).word
    const published = live?.published
      ? `, version ${live.version}, published by ${person(live.published.by)} on ${fullTime(Date.parse(live.published.at))}`
      : ''
    const { origin, pathname } = window.location
    const lines = [`${rule.name}: ${plainSentence(sentence)}`, `${status}${published}`, origin + pathname]
    void copyAndTell(lines.join('\n'), 'a summary')
  }
  return (
    <Menu.Item leftSection={<IconClipboardText size={16} aria-hidden />} onClick={copy}>
      Copy summary
    </Menu.Item>
  )
}
