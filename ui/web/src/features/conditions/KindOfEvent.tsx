import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, client } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import type { Against, Edit } from './against'
import { useKinds } from './useKinds'

interface Props {
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  inbox: string
  against: Against
  readOnly?: boolean
}

/** The kinds of event for which a rule waits; none chosen is any kind. */
export function KindOfEvent({ inbox, readOnly = false, ...text }: Props) {
  const { kinds, choose, ready, error } = useKinds(text)
  const [typed, setTyped] = useState('')
  const { data: seen } = useQuery({
    queryKey: ['events', 'kinds', inbox],
    queryFn: ({ signal }) => answer(client.GET('/api/v1/event-types', { params: { query: { inbox } }, signal })),
  })
  const titles = new Map(seen?.items.map((kind) => [kind.type, kind.title]))
  const written = typed.trim()
  const known = new Set([...titles.keys(), ...kinds])
  const data = [...known].map((type) => ({ value: type, label: titles.get(type) ?? type }))
  if (written !== '' && !known.has(written) && !data.some((d) => d.label === written))
    data.push({ value: written, label: `Use “${written}”` })
  return (
    <>
      <MultiSelect
        label="Kind of event"
        placeholder={kinds.length === 0 ? 'any kind of event' : ''}
        data={data}
        value={[...kinds]}
        onChange={choose}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        readOnly={readOnly || !ready}
        renderOption={({ option }) => (
          <span>
            {option.label}{' '}
            {option.label !== option.value && titles.has(option.value) && (
              <span style={{ color: 'var(--pb-second)', fontSize: 12 }}>{option.value}</span>
            )}
          </span>
        )}
      />
      <ErrorAlert error={error} title="The kind of event is as it was." />
    </>
  )
}
