import { memo } from 'react'
import { FieldIcon } from './FieldIcon'
import type { Field } from './fields'
import classes from './picker.module.css'

interface Props {
  id: string
  field: Field
  active: boolean
  chosen: boolean
  onPick: (field: Field) => void
}

/** One field: what it holds, its name, and its value in the sample. */
export const FieldOption = memo(function FieldOption({ id, field, active, chosen, onPick }: Props) {
  return (
    // The keys are handled by the search field, which keeps the focus.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      data-active={active || undefined}
      className={classes.option}
      title={field.path}
      onPointerDown={(e) => e.preventDefault()}
      onClick={() => onPick(field)}
    >
      <FieldIcon type={field.type} />
      <span className={classes.name} dir="auto">
        {field.label === '' ? <code>{field.path}</code> : field.label}
      </span>
      <span className={classes.sample}>
        <bdi>{field.label === '' ? 'Not in this event' : field.sample}</bdi>
      </span>
    </div>
  )
})
