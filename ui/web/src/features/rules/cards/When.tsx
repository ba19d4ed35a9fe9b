import { Card, Group, MultiSelect, Select, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Edit, inboxesOf, type RuleInput } from '../edit'
import { inboxesQuery } from '../queries'
import { Joined } from './Joined'

interface Props {
  rule: RuleInput
  onChange: (rule: RuleInput, edit?: Edit) => void
  readOnly: boolean
  error: string | undefined
}

/** Which events the rule is for: their inbox and their kind. */
export function When({ rule, onChange, readOnly, error }: Props) {
  const { data } = useQuery(inboxesQuery)
  const names = inboxesOf(rule)
  const choices = (data?.items ?? []).map((box) => ({ value: box.name, label: box.title ? box.title : box.name }))
  // A rule can name an inbox that is gone, which has to be seen.
  const gone = data === undefined ? [] : names.filter((name) => choices.every((c) => c.value !== name))
  const all = [...choices, ...gone.map((name) => ({ value: name, label: `${name} (deleted)` }))]
  const { inbox: _, inboxes: __, ...rest } = rule
  const set = (next: string[]) =>
    onChange(next.length > 1 ? { ...rest, inboxes: next } : { ...rest, ...(next[0] ? { inbox: next[0] } : {}) })
  return (
    <Joined word="When" field="inbox">
      <Card>
        <Group gap="xs" align="flex-start">
          <Text lh="36px">an event arrives in</Text>
          {names.length > 1 ? (
            <MultiSelect
              aria-label="Inboxes"
              data={all}
              value={names}
              onChange={set}
              readOnly={readOnly}
              error={error}
              searchable
              miw={240}
            />
          ) : (
            <Select
              aria-label="Inbox"
              placeholder="Choose an inbox"
              data={all}
              value={names[0] ?? null}
              onChange={(name) => set(name === null ? [] : [name])}
              readOnly={readOnly}
              error={error}
              searchable={all.length > 8}
              allowDeselect={false}
              w={280}
              maw="100%"
            />
          )}
        </Group>
      </Card>
    </Joined>
  )
}
