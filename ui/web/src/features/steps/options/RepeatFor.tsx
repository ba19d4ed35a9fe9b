import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldsQuery } from '@/features/conditions'
import { faultText } from '../faults'
import { settingId, useStep } from '../useStep'
import classes from '../form/form.module.css'

/** The list of the event for each item of which the step is done. */
export function RepeatFor() {
  const { step, against, change, faults, readOnly } = useStep()
  const [typing, setTyping] = useState(false)
  const { data } = useQuery(fieldsQuery(against))
  const lists = (data?.items ?? []).filter((f) => f.type === 'list' && !f.path.startsWith('item'))
  const value = step.forEach ?? ''
  const known = value === '' || lists.some((f) => f.path === value)
  const common = {
    label: 'Repeat for each',
    description: 'The step is done once for each item of a list; its texts can use the fields of the item.',
    error: faultText(faults, 'forEach'),
    readOnly,
    className: classes.rest ?? '',
  }
  const set = (path: string) => change({ forEach: path === '' ? undefined : path }, 'forEach')
  return (
    <div id={settingId(step.key, 'forEach')}>
      <Group gap="xs" align="flex-end">
        {typing || (!known && data !== undefined) ? (
          <TextInput
            {...common}
            placeholder="payload.items"
            value={value}
            onChange={(e) => set(e.currentTarget.value)}
          />
        ) : (
          <Select
            {...common}
            placeholder="Do it once"
            clearable={!readOnly}
            clearButtonProps={{ 'aria-label': 'Do it once' }}
            searchable
            nothingFoundMessage="No list of this name"
            data={lists.map((f) => ({ value: f.path, label: `${f.label} (${f.sample})` }))}
            value={value === '' ? null : value}
            onChange={(path) => set(path ?? '')}
          />
        )}
        {!readOnly && (
          <Button variant="subtle" onClick={() => setTyping(!typing)}>
            {typing ? 'Choose a list' : 'Formula'}
          </Button>
        )}
      </Group>
      {value !== '' && lists.length === 0 && data !== undefined && (
        <Text size="xs" c="dimmed" mt={4}>
          There is no list in this event.
        </Text>
      )}
    </div>
  )
}
