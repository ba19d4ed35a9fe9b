import { ActionIcon, Button, Input, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconEye, IconEyeOff, IconPlus } from '@tabler/icons-react'
import classes from './TextField.module.css'

interface Props {
  label: string
  required: boolean
  onLabel: () => void
  /** Undefined without chips: then there is nothing to show. */
  values: boolean | undefined
  onValues: (shown: boolean) => void
  /** Undefined when nothing can be added. */
  onAdd: (() => void) | undefined
}

/** The label of a text, with what can be done to it. */
export function TextHead({ label, required, onLabel, values, onValues, onAdd }: Props) {
  const switchTo = values === true ? 'Hide values' : 'Show values'
  return (
    <div className={classes.head}>
      <Input.Label labelElement="div" required={required} className={classes.label ?? ''} onClick={onLabel}>
        {label}
      </Input.Label>
      <div className={classes.tools}>
        {values !== undefined && (
          <Tooltip label={switchTo}>
            <ActionIcon size={24} aria-label={`${switchTo} in ${label}`} onClick={() => onValues(!values)}>
              {values ? <IconEye size={16} /> : <IconEyeOff size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
        {onAdd !== undefined && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            // The caret stays where it is.
            onMouseDown={(event) => event.preventDefault()}
            onClick={onAdd}
          >
            Field<VisuallyHidden> into {label}</VisuallyHidden>
          </Button>
        )}
      </div>
    </div>
  )
}
