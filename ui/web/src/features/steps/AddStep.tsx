import { Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import type { StepEdits } from './useStepEdits'
import classes from './steps.module.css'

interface Props {
  at: number
  onAdd: (at: number) => void
  edits: StepEdits
  /** Shows itself on hover and focus only. */
  between?: boolean
}

export function AddStep({ at, onAdd, edits, between = false }: Props) {
  const label = between ? `Add a step before step ${at + 1}` : undefined
  return (
    <Group gap="xs" className={between ? classes.between : classes.last}>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={14} aria-hidden="true" />}
        aria-label={label}
        onClick={() => onAdd(at)}
      >
        Step
      </Button>
      {!between && edits.canPaste && (
        <Button size="xs" variant="subtle" onClick={() => edits.paste(at)}>
          Paste step
        </Button>
      )}
    </Group>
  )
}
