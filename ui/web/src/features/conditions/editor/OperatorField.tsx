import { Select, UnstyledButton } from '@mantine/core'
import { IconSelector } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { Sheet } from '../picker/Sheet'
import type { FieldType, Row } from '../tree/node'
import { type Operator, typeWords } from '../tree/operators'
import { usePhone } from '@/components/usePhone'
import classes from './editor.module.css'

interface Props {
  row: Row
  operators: readonly Operator[]
  onChoose: (operator: Operator) => void
}

const idOf = (o: { type: FieldType; op: string }): string => `${o.type}:${o.op}`

/** How a row compares: first the ways of its type, then whether the field is there, then as something else. */
export function OperatorField({ row, operators, onChoose }: Props) {
  const phone = usePhone()
  const groups = useMemo(() => {
    const types = [...new Set<FieldType>([row.type, 'any', 'text', 'number', 'boolean', 'date', 'list'])]
    return types.map((type) => ({
      group: typeWords[type],
      items: operators.filter((o) => o.type === type).map((o) => ({ value: idOf(o), label: o.title })),
    }))
  }, [operators, row.type])
  const label = `How ${row.label || row.field} is compared`
  const choose = (id: string | null) => {
    const next = operators.find((o) => idOf(o) === id)
    if (next !== undefined && id !== idOf(row)) onChoose(next)
  }
  if (phone) return <OperatorSheet label={label} groups={groups} value={idOf(row)} onChoose={choose} />
  return (
    <Select
      aria-label={label}
      data-control="operator"
      data={groups}
      value={idOf(row)}
      onChange={choose}
      allowDeselect={false}
      searchable
      selectFirstOptionOnChange
      maxDropdownHeight={360}
      comboboxProps={{ width: 232, position: 'bottom-start' }}
      withCheckIcon={false}
      rightSectionWidth={28}
      classNames={{ input: classes.operator ?? '' }}
    />
  )
}

interface SheetProps {
  label: string
  groups: readonly { group: string; items: readonly { value: string; label: string }[] }[]
  value: string
  onChoose: (id: string) => void
}

function OperatorSheet({ label, groups, value, onChoose }: SheetProps) {
  const [opened, setOpened] = useState(false)
  const close = () => setOpened(false)
  const chosen = groups.flatMap((g) => g.items).find((item) => item.value === value)
  return (
    <>
      <UnstyledButton
        className={classes.field ?? ''}
        data-control="operator"
        aria-haspopup="dialog"
        aria-label={`${label}: ${chosen?.label ?? 'not chosen'}`}
        onClick={() => setOpened(true)}
      >
        <span className={classes.fieldName}>{chosen?.label ?? 'Choose'}</span>
        <IconSelector size={16} aria-hidden color="var(--pb-second)" />
      </UnstyledButton>
      <Sheet opened={opened} onClose={close} onDone={close} title="How to compare">
        <div className={classes.choices}>
          {groups.map(({ group, items }) => (
            <fieldset key={group} className={classes.choiceGroup}>
              <legend>{group}</legend>
              {items.map((item) => (
                <UnstyledButton
                  key={item.value}
                  className={classes.choice ?? ''}
                  aria-pressed={item.value === value}
                  onClick={() => {
                    close()
                    onChoose(item.value)
                  }}
                >
                  {item.label}
                </UnstyledButton>
              ))}
            </fieldset>
          ))}
        </div>
      </Sheet>
    </>
  )
}
