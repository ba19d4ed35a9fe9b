import '@mantine/spotlight/styles.css'
import { Modal, useMantineColorScheme, VisuallyHidden } from '@mantine/core'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import { IconKeyboard, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useMay } from '@/api/session'
import type { Entry } from '@/routing'
import { creates, entryHooks, pages } from './features'
import { findEntries, readRecent, rememberEntry } from './paletteSearch'
import { takeTyped } from './typedAhead'
import { useFirstChosen } from './useFirstChosen'

const [store, palette] = createSpotlight()

interface Props {
  /** Grows each time the palette is asked for. */
  openings: number
  onShortcuts: () => void
}

/** Goes to pages and objects, and does things, by name. */
export function Palette({ openings, onShortcuts }: Props) {
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (openings > 0) palette.open()
    if (document.activeElement === field.current) takeTyped() // it is open already, and hears all
  }, [openings])
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight={420}
      radius="lg"
    >
      <VisuallyHidden>
        <Modal.Title>Search or do something</Modal.Title>
      </VisuallyHidden>
      <Spotlight.Search
        ref={field}
        placeholder="Search or do something"
        leftSection={<IconSearch size={20} aria-hidden />}
        aria-label="Search or do something"
        onFocus={() => {
          const early = takeTyped()
          if (early !== '') setQuery((now) => now + early)
        }}
      />
      <Found query={query.trim()} onShortcuts={onShortcuts} />
    </Spotlight.Root>
  )
}

function Found({ query, onShortcuts }: { query: string; onShortcuts: () => void }) {
  const navigate = useNavigate()
  const may = useMay('change')
  const deeds = useDeeds(onShortcuts)
  // The list of hooks is fixed when the program is built: always the same ones, in the same order.
  // oxlint-disable-next-line react-hooks/rules-of-hooks
  const objects = entryHooks.flatMap((useEntries) => useEntries(query))
  const all = [...pages, ...objects, ...creates, ...deeds].filter((entry) => may || !entry.changes)
  const groups = findEntries(all, query, readRecent())
  const choose = (entry: Entry) => {
    rememberEntry(entry.id)
    if (entry.to !== undefined) void navigate({ to: entry.to, search: entry.search ?? {} } as never)
    entry.run?.()
  }
  useFirstChosen(store, query, groups.flatMap(([, entries]) => entries.map((entry) => entry.id)).join())
  return (
    <Spotlight.ActionsList>
      {groups.map(([label, entries]) => (
        <Spotlight.ActionsGroup key={label} label={label}>
          {entries.map((entry) => (
            <Spotlight.Action
              key={entry.id}
              label={entry.label}
              {...(entry.detail === undefined ? {} : { description: entry.detail })}
              {...(entry.icon ? { leftSection: <entry.icon size={20} stroke={1.75} aria-hidden /> } : {})}
              onClick={() => choose(entry)}
            />
          ))}
        </Spotlight.ActionsGroup>
      ))}
      {groups.length === 0 && <Spotlight.Empty>Nothing is called “{query}”.</Spotlight.Empty>}
    </Spotlight.ActionsList>
  )
}

function useDeeds(onShortcuts: () => void): Entry[] {
  const { setColorScheme } = useMantineColorScheme()
  const group = 'Do'
  return [
    { id: 'light', label: 'Light colours', group, icon: IconSun, words: 'theme', run: () => setColorScheme('light') },
    {
      id: 'dark',
      label: 'Dark colours',
      group,
      icon: IconMoon,
      words: 'theme night',
      run: () => setColorScheme('dark'),
    },
    { id: 'shortcuts', label: 'Keyboard shortcuts', group, icon: IconKeyboard, words: 'keys help', run: onShortcuts },
  ]
}
