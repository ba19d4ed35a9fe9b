import {
  IconAbc,
  IconBraces,
  IconCalendar,
  IconHash,
  IconList,
  IconPointFilled,
  IconToggleRight,
  type TablerIcon,
} from '@tabler/icons-react'
import type { Field } from './fields'

const icons: Record<Field['type'], TablerIcon> = {
  text: IconAbc,
  number: IconHash,
  boolean: IconToggleRight,
  date: IconCalendar,
  list: IconList,
  object: IconBraces,
  any: IconPointFilled,
}

const names: Record<Field['type'], string> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  date: 'Date',
  list: 'List',
  object: 'Group of fields',
  any: 'Unknown',
}

/** What kind of value a field holds. */
export function FieldIcon({ type }: { type: Field['type'] }) {
  const Icon = icons[type]
  return <Icon size={16} aria-label={names[type]} role="img" color="var(--pb-second)" style={{ flex: 'none' }} />
}
