import type { EditorView } from '@codemirror/view'
import { Input, VisuallyHidden } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { type ReactElement, type ReactNode, useEffect, useId, useMemo, useState } from 'react'
import type { Schemas } from '@/api/client'
import { CodeField } from '@/components/code'
import type { Against } from '@/features/conditions'
import { Anchor } from './Anchor'
import { ChipEditor } from './ChipEditor'
import { showChips } from './chipState'
import { OneLayer } from './OneLayer'
import { TextHead } from './TextHead'
import classes from './TextField.module.css'
import { looksOf, useChips } from './useChips'
import { useFieldPlaces } from './useFieldPlaces'
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
  picker,
}: TextFieldProps) {
  const id = useId()
  const [view, setView] = useState<EditorView>()
  const [values, setValues] = useLocalStorage({ key: 'patchbay-chip-values', defaultValue: true })
  const places = useFieldPlaces(view, !multiline)
  const { sources, known } = useChips(value, against)
  const looks = useMemo(() => looksOf(known, values), [known, values])
  useEffect(() => view?.dispatch({ effects: showChips.of(looks) }), [view, looks])
  const problems = useProblems({
    text: places.picking === undefined ? value : '',
    against,
    sources,
    known,
    error,
    faults,
  })
  const described = [
    description !== undefined && `${id}-about`,
    problems.length > 0 && `${id}-problems`,
    sources.length > 0 && !readOnly && `${id}-keys`,
  ]
  return (
    <div>
      <TextHead
        label={label}
        required={required}
        onLabel={() => view?.focus()}
        values={sources.length > 0 ? values : undefined}
        onValues={setValues}
        onAdd={readOnly ? undefined : places.add}
      />
      {description !== undefined && (
        <Input.Description id={`${id}-about`} mb={4}>
          {description}
        </Input.Description>
      )}
      <CodeField
        prose
        value={value}
        onChange={onChange}
        label={label}
        extensions={places.extensions}
        placeholder={placeholder}
        singleLine={!multiline}
        minHeight={multiline ? 84 : 0}
        readOnly={readOnly}
        required={required}
        invalid={problems.length > 0}
        describedBy={described.filter(Boolean).join(' ')}
        onView={setView}
      >
        <OneLayer onClose={places.close}>
          {picker({
            against,
            opened: places.picking !== undefined,
            onClose: places.close,
            onPick: ({ path }) => places.pick(path),
            children: <Anchor spot={places.picking?.spot} />,
          })}
          <ChipEditor
            piece={readOnly ? undefined : places.editing?.place}
            chip={places.editing && known?.get(places.editing.place.source)}
            against={against}
            onClose={places.close}
            onDone={places.change}
            onRemove={places.remove}
          >
            <Anchor spot={places.editing?.spot} />
          </ChipEditor>
        </OneLayer>
      </CodeField>
      <VisuallyHidden id={`${id}-keys`}>
        Fields are chips: select one with Shift and an arrow key, then press Enter to change it.
      </VisuallyHidden>
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
