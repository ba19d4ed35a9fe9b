import { NativeSelect, NumberInput, Switch } from '@mantine/core'
import { ExactNumber } from '@/api/exactJson'
import { faultText } from '../faults'
import { settingId, useStep } from '../useStep'
import { ChannelField } from './ChannelField'
import { ConditionField } from './ConditionField'
import { DurationField } from './DurationField'
import type { StepField } from './fields'
import { JsonField } from './JsonField'
import { ListField } from './ListField'
import { PairsField } from './PairsField'
import { TemplateField } from './TemplateField'

/** One setting, drawn by its kind. */
export function FieldControl({ field }: { field: StepField }) {
  const { step } = useStep()
  return (
    <div id={settingId(step.key, `with.${field.name}`)}>
      <Control field={field} />
    </div>
  )
}

function Control({ field }: { field: StepField }) {
  const { step, set, readOnly, faults } = useStep()
  const value = step.with?.[field.name]
  const common = { label: field.title, description: field.description, required: field.required }
  const error = faultText(faults, `with.${field.name}`)
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          label={field.title}
          description={field.description}
          error={error}
          disabled={readOnly}
          checked={value === true || (value === undefined && field.initial === true)}
          onChange={(e) =>
            set(field.name, e.currentTarget.checked === (field.initial === true) ? undefined : e.currentTarget.checked)
          }
        />
      )
    case 'choice':
      return (
        <NativeSelect
          {...common}
          error={error}
          disabled={readOnly}
          value={typeof value === 'string' ? value : ''}
          data={[...(field.required ? [] : [{ value: '', label: 'Chosen by Patchbay' }]), ...field.choices]}
          onChange={(e) => set(field.name, e.currentTarget.value === '' ? undefined : e.currentTarget.value)}
        />
      )
    case 'number':
      if (typeof value === 'string' || value instanceof ExactNumber) return <TemplateField field={field} />
      return (
        <NumberInput
          {...common}
          error={error}
          readOnly={readOnly}
          allowDecimal={false}
          placeholder={typeof field.initial === 'number' ? String(field.initial) : field.placeholder}
          value={typeof value === 'number' ? value : ''}
          onChange={(v) => set(field.name, typeof v === 'number' ? v : undefined)}
        />
      )
    case 'duration':
      return <DurationField field={field} />
    case 'condition':
      return <ConditionField field={field} />
    case 'channel':
      return <ChannelField field={field} />
    case 'list':
    case 'words':
      return <ListField field={field} />
    case 'pairs':
      return <PairsField field={field} />
    case 'json':
      return <JsonField field={field} />
    case 'text':
    case 'multiline':
    case 'time':
      return <TemplateField field={field} />
  }
}
