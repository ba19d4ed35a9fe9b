import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { FieldPicker } from '../picker/FieldPicker'
import { useSurroundings } from './context'

/** Adds a condition to a group: the field comes first. */
export function AddCondition({ group, items }: { group: string; items?: string | undefined }) {
  const { actions, against } = useSurroundings()
  const [opened, setOpened] = useState(false)
  return (
    <FieldPicker
      against={against}
      items={items}
      opened={opened}
      onClose={() => setOpened(false)}
      onPick={(field) => actions.add(group, field)}
      goesOn
    >
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={16} aria-hidden />}
        aria-haspopup="dialog"
        data-add={group}
        onClick={() => setOpened(!opened)}
      >
        Condition
      </Button>
    </FieldPicker>
  )
}
