import { Card, MultiSelect, Select, SimpleGrid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { inboxListQuery } from '@/api/inboxes'
import { type Edit, inboxesOf, type RuleInput } from '../edit'
import { Joined } from './Joined'

interface Props {
  rule: RuleInput
  onChange: (rule: RuleInput, edit?: Edit) => void
  readOnly: boolean
  /** Chooses the kinds of event; absent as long as there is no inbox. */
  kinds?: ReactNode
  error: string | undefined
}

/** Which events the rule is for: their inbox and their kind. */
export function When({ rule, onChange, readOnly, kinds, error }: Props) {
  const { data } = useQuery(inboxListQuery)
  const names = inboxesOf(rule)
  const choices = (data?.items ?? []).map((box) => ({ value: box.name, label: box.title ? box.title : box.name }))
  // A rule can name an inbox that is gone, which has to be seen.
  const gone = data === undefined ? [] : names.filter((name) => choices.every((c) => c.value !== name))
  const all = [...choices, ...gone.map((name) => ({ value: name, label: `${name} (deleted)` }))]
  const { inbox: _, inboxes: __, ...rest } = rule
  const set = (next: string[]) =>
    onChange(next.length > 1 ? { ...rest, inboxes: next } : { ...rest, ...(next[0] ? { inbox: next[0] } : {}) })
  const label = kinds ? 'arrives in' : 'An event arrives in'
  return (
    <Joined word="When" field="inbox">
      <Card>
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md" verticalSpacing="sm">
          {kinds}
          {names.length > 1 ? (
            <MultiSelect
              label={label}
              data={all}
              value={names}
              onChange={set}
              readOnly={readOnly}
              error={error}
              searchable
            />
          ) : (
            <Select
              label={label}
              placeholder="Choose an inbox"
              data={all}
              value={names[0] ?? null}
              onChange={(name) => set(name === null ? [] : [name])}
              readOnly={readOnly}
              error={error}
              searchable={all.length > 8}
              allowDeselect={false}
            />
          )}
        </SimpleGrid>
      </Card>
    </Joined>
  )
}
