import { FieldControl } from './FieldControl'
import type { StepField } from './fields'
import { OneOfField } from './OneOfField'

/** Fields in their order; those of which only one is filled in stand together. */
export function Fields({ fields }: { fields: readonly StepField[] }) {
  const first = new Map<string, StepField>()
  for (const field of fields) if (field.oneOf !== undefined && !first.has(field.oneOf)) first.set(field.oneOf, field)
  return fields.map((field) => {
    if (field.oneOf === undefined) return <FieldControl key={field.name} field={field} />
    if (first.get(field.oneOf) !== field) return null
    return <OneOfField key={field.oneOf} title={field.oneOf} fields={fields.filter((f) => f.oneOf === field.oneOf)} />
  })
}
