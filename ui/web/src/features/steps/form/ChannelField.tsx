import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { connectionsQuery } from '@/features/connections'
import { choicesQuery, fixesChannel } from '../connections'
import { faultText } from '../faults'
import { useStep } from '../useStep'
import type { StepField } from './fields'
import { TemplateField } from './TemplateField'

/** A channel of Slack: one of those that Slack lists, or any text. */
export function ChannelField({ field }: { field: StepField }) {
  const { step, set, faults, readOnly } = useStep()
  const connections = useQuery(connectionsQuery)
  const connection = connections.data?.items.find((c) => c.name === step.connection)
  const asks = connection !== undefined && !fixesChannel(connection) && !readOnly
  const choices = useQuery({ ...choicesQuery(connection?.name ?? '', field.name), enabled: asks })
  const value = step.with?.[field.name]
  if (!asks || !choices.data?.length || (typeof value === 'string' && value.includes('{{'))) {
    return <TemplateField field={field} />
  }
  const titleOf = (v: string) => choices.data.find((c) => c.value === v)?.title ?? v
  return (
    <Autocomplete
      label={field.title}
      description="Choose one, or type a name or an id."
      placeholder={field.placeholder}
      required
      error={faultText(faults, `with.${field.name}`)}
      data={[...new Set(choices.data.map((c) => c.title))]}
      limit={50}
      value={typeof value === 'string' ? titleOf(value) : ''}
      onChange={(typed) => {
        // A channel goes by its name, which people read in the rule; whatever has none goes by its id.
        const chosen = choices.data.find((c) => c.title === typed && !typed.startsWith('#'))?.value ?? typed
        set(field.name, chosen === '' ? undefined : chosen)
      }}
    />
  )
}
