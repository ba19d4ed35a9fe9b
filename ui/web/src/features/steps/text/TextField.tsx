import type { EditorView } from '@codemirror/view'
import { Input } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { type ReactElement, type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import type { Schemas } from '@/api/client'
import { CodeField } from '@/components/code'
import type { Against } from '@/features/conditions'
import { showChips } from './chipState'
import { fieldInput, type Place, put } from './fieldInput'
import { type ExpressionPiece, inBraces } from './pieces'
import { TextHead } from './TextHead'
import classes from './TextField.module.css'
import { looksOf, useChips } from './useChips'
import { type Placed, placed } from './spot'
import { useProblems } from './useProblems'

/** What chooses a field: it opens at its children. */
export interface PickerSlot {
  against: Against
  opened: boolean
  onClose: () => void
  onPick: (field: Pick<Schemas['FieldInfo'], 'path'>) => void
  children: ReactElement
}

export interface TextFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  against: Against
  /** What the server found wrong with this text. */
  faults?: readonly Schemas['ProblemField'][]
  error?: string
  multiline?: boolean
  placeholder?: string
  description?: ReactNode
  required?: boolean
  readOnly?: boolean
  picker: (slot: PickerSlot) => ReactNode
}

const noFaults: readonly Schemas['ProblemField'][] = []

/** Text in which fields of the event stand as chips. */
export function TextField({
  label,
  value,
  onChange,
  against,
  faults = noFaults,
  error = '',
  multiline = false,
  placeholder = '',
  description,
  required = false,
  readOnly = false,
  picker: Picker,
}: TextFieldProps) {
  const id = useId()
  const [view, setView] = useState<EditorView>()
  const [picking, setPicking] = useState<Placed<Place>>()
  const [, setChip] = useState<Placed<ExpressionPiece>>()
  const [values, setValues] = useLocalStorage({ key: 'patchbay-chip-values', defaultValue: true })
  const extensions = useMemo(
    () =>
      fieldInput({
        onPick: (at, place) => placed(at, place, setPicking),
        onChip: (at, piece) => placed(at, piece, setChip),
        oneLine: !multiline,
      }),
    [multiline],
  )
  const { sources, known } = useChips(value, against)
  const looks = useMemo(() => looksOf(known, values), [known, values])
  useEffect(() => view?.dispatch({ effects: showChips.of(looks) }), [view, looks])
  const problems = useProblems({ text: value, against, sources, known, error, faults })
  const close = () => {
    setPicking(undefined)
    view?.focus()
  }
  const add = () => {
    if (view) placed(view, view.state.selection.main, setPicking)
  }
  return (
    <div>
      <TextHead
        label={label}
        required={required}
        onLabel={() => view?.focus()}
        values={sources.length > 0 ? values : undefined}
        onValues={setValues}
        onAdd={readOnly ? undefined : add}
      />
      {description !== undefined && <Input.Description id={`${id}-about`}>{description}</Input.Description>}
      <CodeField
        prose
        value={value}
        onChange={onChange}
        label={label}
        extensions={extensions}
        placeholder={placeholder}
        singleLine={!multiline}
        minHeight={multiline ? 84 : 0}
        readOnly={readOnly}
        required={required}
        invalid={problems.length > 0}
        describedBy={[description !== undefined && `${id}-about`, problems.length > 0 && `${id}-problems`]
          .filter(Boolean)
          .join(' ')}
        onView={setView}
      >
        {Picker({
          against,
          opened: picking !== undefined,
          onClose: close,
          onPick: ({ path }) => {
            if (view && picking) put(view, picking.place, inBraces(path))
            setPicking(undefined)
          },
          children: <span className={classes.anchor} style={{ ...picking?.spot }} />,
        })}
      </CodeField>
      <div id={`${id}-problems`} aria-live="polite">
        {problems.map((problem) => (
          <Input.Error key={problem} className={classes.below ?? ''}>
            {problem}
          </Input.Error>
        ))}
      </div>
    </div>
  )
}
