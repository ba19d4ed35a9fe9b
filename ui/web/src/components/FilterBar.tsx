import { Button, CloseButton, Group, Input, MultiSelect, Popover, Select, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks'
import { IconFilter, IconSearch } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useUrlFilters } from './useUrlFilters'

export interface Filter {
  /** Name in the URL. */
  key: string
  label: string
  /** search is a text box, one a choice, many several of them. */
  kind: 'search' | 'one' | 'many'
  options?: readonly { value: string; label: string }[]
  placeholder?: string
}

interface Props {
  filters: readonly Filter[]
  /** Further controls at the end, such as Pause. */
  children?: ReactNode
  /** There is little room: the choices stand behind one button, as on phones. */
  compact?: boolean
}

/** Filters that live in the URL, so that a view can be shared. On phones one button with a count. */
export function FilterBar({ filters, children, compact = false }: Props) {
  const phone = useMediaQuery('(max-width: 639px)', false, { getInitialValueInEffect: false })
  const { values, clear } = useUrlFilters(filters.map((f) => f.key))
  const search = filters.filter((f) => f.kind === 'search')
  const others = filters.filter((f) => f.kind !== 'search')
  const ready = useIdle()
  const active = others.filter((f) => values[f.key] !== undefined).length
  return (
    <Group gap="xs" mb="sm" align="flex-end" role="search">
      {search.map((f) => (
        <SearchFilter key={f.key} filter={f} />
      ))}
      {(phone || compact) && others.length > 0 ? (
        <Popover width="target" position="bottom-start" trapFocus>
          <Popover.Target>
            <Button variant="default" leftSection={<IconFilter size={16} aria-hidden />}>
              {active === 0 ? 'Filters' : `Filters (${active})`}
            </Button>
          </Popover.Target>
          <Popover.Dropdown miw={280}>
            <Stack gap="sm">
              {others.map((f) => (
                <ChoiceFilter key={f.key} filter={f} />
              ))}
            </Stack>
          </Popover.Dropdown>
        </Popover>
      ) : (
        others.map((f) => (ready ? <ChoiceFilter key={f.key} filter={f} /> : <ChoicePlace key={f.key} filter={f} />))
      )}
      {Object.values(values).some((v) => v !== undefined) && (
        <Button variant="subtle" onClick={clear}>
          Clear filters
        </Button>
      )}
      {children}
    </Group>
  )
}

/** Becomes true when the page has drawn what people came for. */
function useIdle(): boolean {
  const [idle, setIdle] = useState(false)
  useEffect(() => {
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(() => setIdle(true), 200)
      return () => clearTimeout(timer)
    }
    const call = requestIdleCallback(() => setIdle(true), { timeout: 500 })
    return () => cancelIdleCallback(call)
  }, [])
  return idle
}

/** Keeps the place of a choice, which costs more to make than a screen of rows. */
function ChoicePlace({ filter }: { filter: Filter }) {
  const { values } = useUrlFilters([filter.key])
  const chosen = filter.options?.find((o) => o.value === values[filter.key])
  return (
    <Input component="div" w={168} {...(chosen ? {} : { c: 'dimmed' })}>
      {chosen?.label ?? filter.label}
    </Input>
  )
}

function SearchFilter({ filter }: { filter: Filter }) {
  const { values, set } = useUrlFilters([filter.key])
  const stored = values[filter.key] ?? ''
  const [{ text, of, sent }, setTyped] = useState({ text: stored, of: stored, sent: stored })
  const store = useDebouncedCallback((next: string) => {
    setTyped((old) => ({ ...old, sent: next }))
    set(filter.key, next === '' ? undefined : next)
  }, 250)
  // What the URL says by itself, after Back or Clear filters, goes before what was typed; what
  // it has from here does not, as more may have been typed since.
  if (of !== stored) setTyped({ text: stored === sent ? text : stored, of: stored, sent: stored })
  const change = (next: string) => {
    setTyped((old) => ({ ...old, text: next }))
    store(next)
  }
  return (
    <TextInput
      type="search"
      aria-label={filter.label}
      placeholder={filter.placeholder ?? filter.label}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
      }
      value={text}
      onChange={(e) => change(e.currentTarget.value)}
      style={{ flex: '1 1 200px', maxWidth: 360 }}
    />
  )
}

function ChoiceFilter({ filter }: { filter: Filter }) {
  const { values, set } = useUrlFilters([filter.key])
  const stored = values[filter.key]
  const data = [...(filter.options ?? [])]
  if (filter.kind === 'many') {
    return (
      <MultiSelect
        aria-label={filter.label}
        placeholder={stored === undefined ? filter.label : ''}
        data={data}
        value={stored === undefined ? [] : stored.split(',')}
        onChange={(next) => set(filter.key, next.length === 0 ? undefined : next.join(','))}
        clearable
        miw={160}
      />
    )
  }
  return (
    <Select
      aria-label={filter.label}
      placeholder={filter.label}
      data={data}
      value={stored ?? null}
      onChange={(next) => set(filter.key, next ?? undefined)}
      clearable
      searchable={data.length > 8}
      w={168}
    />
  )
}
