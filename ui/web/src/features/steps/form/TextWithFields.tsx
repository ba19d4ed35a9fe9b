import { Skeleton, Textarea, TextInput } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { FieldPicker } from '@/features/conditions'
import { faultsAt, faultText } from '../faults'
import type { PickerSlot } from '../text'
import { useStep } from '../useStep'

const TextField = lazy(() => import('../text').then((m) => ({ default: m.TextField })))

interface Props {
  label: string
  /** Below the step, such as with.url. */
  location: string
  value: string
  onChange: (value: string) => void
  description?: string | undefined
  placeholder?: string | undefined
  required?: boolean
  /** No fields can be put in. */
  literal?: boolean
  multiline?: boolean
}

/** Text in which fields of the event may stand. */
export function TextWithFields(props: Props) {
  const { faults, readOnly, against } = useStep()
  const {
    label,
    location,
    value,
    onChange,
    description,
    placeholder,
    required = false,
    literal = false,
    multiline = false,
  } = props
  if (literal) {
    const Field = multiline ? Textarea : TextInput
    return (
      <Field
        {...{ label, description, placeholder, required, value, readOnly }}
        error={faultText(faults, location)}
        onChange={(e: { currentTarget: { value: string } }) => onChange(e.currentTarget.value)}
      />
    )
  }
  return (
    <Suspense fallback={<Skeleton height={multiline ? 108 : 60} />}>
      <TextField
        label={label}
        value={value}
        onChange={onChange}
        against={against}
        faults={faultsAt(faults, location)}
        multiline={multiline}
        placeholder={placeholder ?? ''}
        {...(description === undefined ? {} : { description })}
        required={required}
        readOnly={readOnly}
        picker={pickField}
      />
    </Suspense>
  )
}

const pickField = (slot: PickerSlot) => <FieldPicker {...slot} />
