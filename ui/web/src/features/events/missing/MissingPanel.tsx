import { Button, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { SidePanel } from '@/components/SidePanel'
import { useUrlFilters } from '@/components/useUrlFilters'
import { ruleInboxesQuery } from './queries'
import { Rungs } from './Rungs'

const spans = [
  { value: 'hour', label: 'The last hour' },
  { value: 'day', label: 'The last 24 hours' },
  { value: 'week', label: 'The last 7 days' },
  { value: 'month', label: 'The last 30 days' },
]

interface Props {
  /** The rule that should have run; "yes" where none is named. */
  rule: string
  onClose: () => void
}

/** Answers "why did nothing happen?" from the first rung on: did it arrive at all, and was it taken? */
export function MissingPanel({ rule, onClose }: Props) {
  const { values } = useUrlFilters(['expected', 'within'])
  const expected = values['expected']
  const within = values['within'] ?? 'day'
  const named = rule === 'yes' ? undefined : rule
  const inboxes = useQuery({ ...ruleInboxesQuery(named ?? ''), enabled: named !== undefined })
  return (
    <SidePanel opened onClose={onClose} title="Something missing?">
      <Stack gap="lg">
        <Question key={`${expected} ${within}`} expected={expected ?? ''} within={within} />
        {expected !== undefined && (named === undefined || inboxes.data !== undefined) && (
          <Rungs expected={expected} within={within} inboxes={inboxes.data ?? []} />
        )}
        <ErrorAlert error={inboxes.error} title="The rule could not be loaded." />
      </Stack>
    </SidePanel>
  )
}

function Question({ expected, within }: { expected: string; within: string }) {
  const { setAll } = useUrlFilters(['expected', 'within'])
  const [text, setText] = useState(expected)
  const [span, setSpan] = useState(within)
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        if (text.trim() !== '') setAll({ expected: text.trim(), within: span })
      }}
    >
      <Stack gap="sm">
        <Text c="dimmed">Name something that stands in the event, and Patchbay looks where it got stuck.</Text>
        <TextInput
          label="What did you expect?"
          placeholder="Order number, email, or a value in it"
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
          maxLength={200}
          data-autofocus
        />
        <Select
          label="When, about?"
          data={spans}
          value={span}
          allowDeselect={false}
          onChange={(next) => setSpan(next ?? span)}
        />
        <Button type="submit" style={{ alignSelf: 'flex-start' }}>
          Search
        </Button>
      </Stack>
    </form>
  )
}
