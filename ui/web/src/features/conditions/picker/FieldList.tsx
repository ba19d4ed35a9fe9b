import { Button, Loader, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import {
  type KeyboardEvent,
  type Ref,
  useEffect,
  useEffectEvent,
  useId,
  useImperativeHandle,
  useMemo,
  useState,
} from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import type { Against } from '../against'
import { FieldOption } from './FieldOption'
import { type Field, fieldsQuery, foreseen, recentPaths, rememberPath, sectionsOf } from './fields'
import classes from './picker.module.css'

export interface FieldListHandle {
  /** Picks the field that stands out; false when there is none. */
  pickActive: () => boolean
}

interface Props {
  against: Against
  /** What is searched for. */
  typed: string
  onTyped: (typed: string) => void
  onPick: (field: Field) => void
  /** The list about whose items it is. */
  items?: string | undefined
  /** The field that is chosen now. */
  current?: string | undefined
  handle?: Ref<FieldListHandle>
}

// At once, so that no key is lost; but after the popover has seen who had the focus before.
const takeFocus = (search: HTMLInputElement | null) => queueMicrotask(() => search?.focus({ preventScroll: true }))

/** A search over the names and values of the sample's fields. */
export function FieldList({ against, typed, onTyped, onPick, items, current: chosen, handle }: Props) {
  const [find] = useDebouncedValue(typed.trim(), 100)
  const [recent] = useState(recentPaths)
  const [active, setActive] = useState(-1)
  const id = useId()
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery(
    fieldsQuery(against, { find, ...(items === undefined ? {} : { items }) }),
  )
  const sections = useMemo(
    () => sectionsOf(data?.items ?? [], { typed: typed.trim(), items: items !== undefined, recent }),
    [data, typed, items, recent],
  )
  const all = useMemo(() => sections.flatMap((s) => s.fields), [sections])
  // What is listed may still be what was found for less than is typed by now.
  const current = data !== undefined && !isPlaceholderData && find === typed.trim()
  const at = current ? Math.min(active, all.length - 1) : -1
  const pick = (field: Field) => {
    rememberPath(field.path)
    onPick(field)
  }
  const pickActive = () => {
    const field = current || data === undefined ? all[at] : foreseen(data, typed.trim())
    if (field !== undefined) pick(field)
    return field !== undefined
  }
  const [hasty, setHasty] = useState(false)
  const pickFound = useEffectEvent(() => {
    const first = all[at] ?? all[0]
    if (first !== undefined) pick(first)
  })
  useEffect(() => {
    if (hasty && current) pickFound()
  }, [hasty, current])
  useImperativeHandle(handle, () => ({ pickActive }))
  useEffect(() => {
    if (at >= 0) document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at, id])
  const onKeyDown = (e: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[e.key]
    if (to !== undefined) setActive(Math.max(0, Math.min(all.length - 1, to)))
    else if (e.key === 'Enter') {
      if (!pickActive() && typed.trim() !== '') setHasty(true)
    } else return
    e.preventDefault()
  }
  return (
    <div className={classes.list}>
      <TextInput
        ref={takeFocus}
        className={classes.search ?? ''}
        aria-label="Find a field by its name or value"
        placeholder="Name or value"
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={isFetching ? <Loader size={16} aria-hidden /> : null}
        data-autofocus
        role="combobox"
        aria-expanded={all.length > 0}
        aria-controls={all.length > 0 ? `${id}-list` : undefined}
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(e) => {
          onTyped(e.currentTarget.value)
          setHasty(false)
          setActive(e.currentTarget.value === '' ? -1 : 0)
        }}
        onKeyDown={onKeyDown}
      />
      <ErrorAlert error={error} title="The fields could not be loaded." retry={() => void refetch()} />
      {all.length > 0 && (
        <div className={classes.options} role="listbox" id={`${id}-list`} aria-label="Fields" tabIndex={-1}>
          {sections.map((section, nth) => (
            <div key={section.title} role="group" aria-label={section.title}>
              <div className={classes.heading} aria-hidden>
                {section.title}
              </div>
              {section.fields.map((field, i) => {
                const place = i + sections.slice(0, nth).reduce((sum, s) => sum + s.fields.length, 0)
                return (
                  <FieldOption
                    key={field.path}
                    id={`${id}-${place}`}
                    field={field}
                    active={place === at}
                    chosen={field.path === chosen}
                    onPick={pick}
                  />
                )
              })}
            </div>
          ))}
        </div>
      )}
      <Nothing
        shown={data !== undefined && all.length === 0}
        typed={typed}
        inItems={items !== undefined}
        clear={() => onTyped('')}
      />
      {data?.more === true && <Text className={classes.more ?? ''}>There are more fields. Search for them.</Text>}
      <VisuallyHidden role="status">{data === undefined ? '' : `${all.length} fields`}</VisuallyHidden>
    </div>
  )
}

function Nothing({
  shown,
  typed,
  inItems,
  clear,
}: {
  shown: boolean
  typed: string
  inItems: boolean
  clear: () => void
}) {
  if (!shown) return null
  if (typed === '')
    return (
      <Text className={classes.more ?? ''}>
        {inItems
          ? 'The list has no items in this event. Write the name of a field.'
          : 'There is no event yet. Send a sample to see real fields, or write one like payload.total.'}
      </Text>
    )
  return (
    <div className={classes.more}>
      Nothing matches.{' '}
      <Button variant="subtle" size="compact-sm" onClick={clear}>
        Clear the search
      </Button>
    </div>
  )
}
