import { type ComboboxParsedItem, isOptionsGroup, type OptionsFilter } from '@mantine/core'
import type { Schemas } from '@/api/client'

type Sender = Pick<Schemas['ProviderInfo'], 'id' | 'title' | 'aliases'>

/** Finds senders by their title, and by the other names that they have: WhatsApp is Meta's. */
export function filterSenders(senders: readonly Sender[]): OptionsFilter {
  const words = new Map(senders.map((s) => [s.id, [s.title, s.id, ...s.aliases].join(' ').toLowerCase()]))
  return ({ options, search }) => {
    const sought = search.trim().toLowerCase()
    const fits = (id: string, label: string) => (words.get(id) ?? label.toLowerCase()).includes(sought)
    return options.flatMap((option): ComboboxParsedItem[] => {
      if (!isOptionsGroup(option)) return fits(option.value, option.label) ? [option] : []
      const items = option.items.filter((item) => fits(item.value, item.label))
      return items.length > 0 ? [{ ...option, items }] : []
    })
  }
}
