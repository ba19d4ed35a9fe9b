import { MultiSelect } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { answer, client } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import type { Against, Edit } from './against'
import { deciding, linkedRow } from './editor/useLinkedRow'
import { useKinds } from './useKinds'
import { useVerdictNow } from './useVerdict'

interface Props {
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  inbox: string
  against: Against
  readOnly?: boolean
  /** The row that has the focus first, as in ConditionEditor: the kind of event is "when". */
  row?: string | undefined
}

/** The kinds of event for which a rule waits; none chosen is any kind. */
export function KindOfEvent({ inbox, readOnly = false, row, ...text }: Props) {
  const input = useRef<HTMLInputElement>(null)
  const { data: verdict } = useVerdictNow(text.expression, text.against, row === deciding)
  const linked = linkedRow(row, verdict) === 'when'
  useEffect(() => {
    if (linked) input.current?.focus()
  }, [linked])
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
        ref={input}
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
