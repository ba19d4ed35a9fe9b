import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TextWithFields } from './TextWithFields'

/** A setting that is text, with fields of the event in it where the action allows them. */
export function TemplateField({ field }: { field: StepField }) {
  const { step, set } = useStep()
  const value = step.with?.[field.name]
  return (
    <TextWithFields
      label={field.title}
      location={`with.${field.name}`}
      description={field.description}
      placeholder={field.placeholder}
      required={field.required}
      literal={field.literal}
      multiline={field.kind === 'multiline'}
      value={asText(value)}
      onChange={(text) => set(field.name, text === '' ? undefined : text)}
    />
  )
}

// A file may give a list or an object where text is expected; it is sent as JSON.
const asText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
