import { ActionIcon, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { Against } from '../against'
import { FieldButton } from '../editor/FieldButton'
import { comparingWith } from '../tree/edits'
import type { Row, Scalar, Value } from '../tree/node'
import type { Operator } from '../tree/operators'
import { DateValue } from './DateValue'
import { DurationValue } from './DurationValue'
import { ItemValue } from './ItemValue'
import { ListValue } from './ListValue'
import { NumberValue } from './NumberValue'
import { RangeValue } from './RangeValue'
import classes from './value.module.css'

interface Props {
  row: Row
  operator: Operator
  against: Against
  /** The list about whose items the row is. */
  items: string | undefined
  onChange: (change: (row: Row) => Row, join?: string) => void
}

/** What a row compares with, as its operator takes it. */
export function ValueField({ row, operator, against, items, onChange }: Props) {
  const { value } = row
  const set = (next: Value, typing = false) => onChange((r) => ({ ...r, value: next }), typing ? 'value' : undefined)
  const label = `What ${row.label || row.field} is compared with`
  if (row.valueField !== undefined || operator.takes === 'field')
    return (
      <div className={classes.field}>
        <FieldButton
          path={row.valueField ?? ''}
          label=""
          name="The field to compare with"
          control="value"
          against={against}
          items={items}
          onPick={(field) => onChange((r) => comparingWith(r, field.path))}
        />
        {operator.takes !== 'field' && (
          <ActionIcon
            aria-label="Compare with a value instead"
            onClick={() => onChange((r) => comparingWith(r, undefined))}
          >
            <IconX size={16} aria-hidden />
          </ActionIcon>
        )}
      </div>
    )
  const one: Scalar | undefined = value === undefined || isList(value) ? undefined : value
  const text = String(one ?? '')
  switch (operator.takes) {
    case 'list':
      return (
        <ListValue label={label} numbers={row.type === 'number'} value={isList(value) ? value : []} onChange={set} />
      )
    case 'range':
      return <RangeValue value={isList(value) ? value : []} onChange={(next) => set(next, true)} />
    case 'date':
      return <DateValue label={label} value={text} onChange={set} />
    case 'duration':
      return <DurationValue label={label} value={text} onChange={set} />
    case 'count':
      return <NumberValue label={label} control value={text} onChange={(next) => set(next, true)} />
    case 'pattern':
    case 'value':
      if (row.type === 'list')
        return <ItemValue label={label} list={row.field} against={against} value={one} onChange={set} />
      if (row.type === 'number')
        return <NumberValue label={label} control value={text} onChange={(next) => set(next, true)} />
      return (
        <TextInput
          aria-label={label}
          data-control="value"
          autoComplete="off"
          {...(operator.takes === 'pattern'
            ? { classNames: { input: 'mono' }, placeholder: '^A-\\d+$', spellCheck: false }
            : {})}
          value={text}
          onChange={(e) => set(e.currentTarget.value, true)}
        />
      )
    case 'nothing':
    case 'items':
      return null
  }
}

const isList = (value: Value): value is readonly Scalar[] => Array.isArray(value)
