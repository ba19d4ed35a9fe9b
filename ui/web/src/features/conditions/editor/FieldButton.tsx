import { UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Against } from '../against'
import { FieldPicker } from '../picker/FieldPicker'
import { type Field, fieldsQuery } from '../picker/fields'
import classes from './editor.module.css'

interface Props {
  path: string
  /** As people call it; "" to look it up. */
  label: string
  /** What the field is for. */
  name: string
  control: 'field' | 'value'
  against: Against
  items: string | undefined
  /** The sample does not have it. */
  missing?: boolean
  onPick: (field: Field) => void
}

/** A field that is chosen; it opens the picker. */
export function FieldButton({ path, label, name, control, against, items, missing = false, onPick }: Props) {
  const [opened, setOpened] = useState(false)
  const lookUp = path !== '' && label === ''
  const { data } = useQuery({ ...fieldsQuery(against, items === undefined ? {} : { items }), enabled: lookUp })
  const shown = label || data?.items.find((f) => f.path === path)?.label || path
  return (
    <FieldPicker
      against={against}
      items={items}
      current={path}
      opened={opened}
      onClose={() => setOpened(false)}
      onPick={onPick}
    >
      <UnstyledButton
        className={classes.field ?? ''}
        data-control={control}
        data-missing={missing || undefined}
        aria-label={`${name}: ${shown === '' ? 'not chosen' : shown}${missing ? ', not in this event' : ''}`}
        aria-haspopup="dialog"
        title={path}
        onClick={() => setOpened(!opened)}
      >
        <span className={classes.fieldName} dir="auto">
          {shown === '' ? 'Choose a field' : shown}
        </span>
        <IconSelector size={16} aria-hidden color="var(--pb-second)" style={{ flex: 'none' }} />
      </UnstyledButton>
    </FieldPicker>
  )
}
