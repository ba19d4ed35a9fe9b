import { ActionIcon, TextInput } from '@mantine/core'
import { IconCalendar } from '@tabler/icons-react'
import { useRef } from 'react'
import classes from './value.module.css'

interface Props {
  label: string
  value: string
  onChange: (value: string, typing: boolean) => void
}

/** A date, or a date with a time; the calendar of the browser helps. */
export function DateValue({ label, value, onChange }: Props) {
  const calendar = useRef<HTMLInputElement>(null)
  return (
    <div className={classes.date}>
      <TextInput
        aria-label={label}
        data-control="value"
        placeholder="2026-01-31"
        autoComplete="off"
        value={value}
        onChange={(e) => onChange(e.currentTarget.value, true)}
        rightSection={
          <ActionIcon size={28} aria-label="Open the calendar" onClick={() => calendar.current?.showPicker()}>
            <IconCalendar size={16} aria-hidden />
          </ActionIcon>
        }
      />
      <input
        ref={calendar}
        type="date"
        className={classes.calendar}
        tabIndex={-1}
        aria-hidden
        value={/^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? ''}
        onChange={(e) => e.currentTarget.value !== '' && onChange(e.currentTarget.value, false)}
      />
    </div>
  )
}
