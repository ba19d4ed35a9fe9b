import { ActionIcon, Menu } from '@mantine/core'
import { IconBolt, IconCopy, IconDots, IconFilter, IconRoute } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ExactNumber } from '@/api/exactJson'
import { useMay } from '@/api/session'
import { copyAndTell } from '@/components/copyText'
import { type JsonNode, pathText } from '@/components/json'
import { showDone } from '@/components/UndoToast'
import { usePhone } from '@/components/usePhone'
import { useUrlFilters } from '@/components/useUrlFilters'
import type { EventDetail } from './queries'

interface Props {
  event: EventDetail
  node: JsonNode
}

/** What can be done with one value of an event: a row of buttons, on a phone one menu. */
export function ValueActions({ event, node }: Props) {
  const { set } = useUrlFilters(['q'])
  const may = useMay('change')
  const navigate = useNavigate()
  const phone = usePhone()
  const copy = (text: string | undefined, what: string) => {
    if (text === undefined) showDone('This is nested too deeply to be copied. Download it instead.')
    else void copyAndTell(text, what)
  }
  const plain = node.size === undefined && node.value !== null && node.value !== ''
  const deeds = [
    { name: 'Copy value', icon: IconCopy, press: () => copy(asText(node.value), 'the value') },
    { name: 'Copy path', icon: IconRoute, press: () => copy(pathText(node.path), 'the path') },
    plain && {
      name: 'Show events with this value',
      icon: IconFilter,
      press: () => set('q', String(node.value).slice(0, 200)),
    },
    may &&
      event.verdict === 'accepted' && {
        name: 'Use in a rule',
        icon: IconBolt,
        press: () =>
          void navigate({ to: '/rules/$id', params: { id: 'new' }, search: { event: event.id, ...conditionOn(node) } }),
      },
  ].filter((deed) => deed !== false)
  if (!phone)
    return deeds.map((deed) => (
      <ActionIcon key={deed.name} size={24} title={deed.name} aria-label={deed.name} onClick={deed.press}>
        <deed.icon size={14} aria-hidden />
      </ActionIcon>
    ))
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`What to do with ${node.key ?? 'all of it'}`}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {deeds.map((deed) => (
          <Menu.Item key={deed.name} leftSection={<deed.icon size={16} aria-hidden />} onClick={deed.press}>
            {deed.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** What a rule would want of the value, as a formula; nothing for what holds other values. */
function conditionOn({ path, value, size }: JsonNode): { when?: string } {
  const text = size === undefined ? asText(value) : undefined
  if (text === undefined || value === null || text.length > longestValue) return {}
  return { when: `${pathText(path)} == ${typeof value === 'string' ? JSON.stringify(text) : text}` }
}

const longestValue = 200 // characters; longer ones are hardly what a rule is about

// Nesting that is deeper than the browser can write has no text.
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value instanceof ExactNumber) return value.source
  try {
    return JSON.stringify(value, null, 2)
  } catch {
    return undefined
  }
}
