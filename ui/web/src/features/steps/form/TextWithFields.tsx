import { Textarea, TextInput } from '@mantine/core'
import { faultText } from '../faults'
import { useStep } from '../useStep'

interface Props {
  label: string
  /** Below the step, such as with.url. */
  location: string
  value: string
  onChange: (value: string) => void
  description?: string | undefined
  placeholder?: string | undefined
  required?: boolean
  literal?: boolean
  /** The label stands above already: it is only for people who hear the page. */
  hideLabel?: boolean
  multiline?: boolean
}

/** Text in which fields of the event may stand. */
export function TextWithFields({
  location,
  value,
  onChange,
  literal: _literal,
  hideLabel = false,
  label,
  multiline = false,
  ...rest
}: Props) {
  const { faults, readOnly } = useStep()
  const common = {
    ...rest,
    ...(hideLabel ? { 'aria-label': label } : { label }),
    value,
    readOnly,
    error: faultText(faults, location),
    onChange: (e: { currentTarget: { value: string } }) => onChange(e.currentTarget.value),
  }
  return multiline ? <Textarea {...common} autosize minRows={2} maxRows={16} /> : <TextInput {...common} />
}
