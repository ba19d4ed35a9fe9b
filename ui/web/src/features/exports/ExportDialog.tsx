import { Alert, Button, Group, Modal, MultiSelect, Radio, Stack, Text, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorAlert } from '@/components/ErrorAlert'
import { useIsOnTop } from '@/components/layers'
import { exportableQuery, useExport } from './queries'

interface Props {
  opened: boolean
  onClose: () => void
  /** Ids of the rules that are chosen at first; none is everything. */
  rules: string[]
}

/** Downloads rules, or everything, as a file without secrets. */
export function ExportDialog({ opened, onClose, rules }: Props) {
  const onTop = useIsOnTop(opened)
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Export"
      closeOnEscape={onTop}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form rules={rules} onClose={onClose} />
    </Modal>
  )
}

function Form({ rules, onClose }: Pick<Props, 'rules' | 'onClose'>) {
  const { data, error } = useQuery(exportableQuery)
  const [chosen, setChosen] = useState(rules)
  const [as, setAs] = useState<'recipe' | 'configuration'>('recipe')
  const [name, setName] = useState(rules[0] ?? '')
  const made = useExport()
  const file = made.data
  const change = () => made.reset()
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault()
        e.stopPropagation()
        if (!made.isPending) made.mutate({ as, rules: chosen, name: name.trim() })
      }}
    >
      <Stack gap="md">
        <ErrorAlert error={error} title="The rules could not be loaded." />
        <MultiSelect
          label="Rules"
          description="What they need comes along: inboxes, connections and shared values."
          placeholder={chosen.length === 0 ? 'Everything' : ''}
          data={data ?? []}
          value={chosen}
          searchable
          onChange={(list) => {
            setChosen(list)
            change()
          }}
        />
        <Radio.Group
          label="As"
          value={as}
          onChange={(value) => {
            setAs(value === 'recipe' ? 'recipe' : 'configuration')
            change()
          }}
        >
          <Stack gap="xs" mt={4}>
            <Radio
              value="recipe"
              label="A recipe, to pass on"
              description="It asks for the secrets where it is used."
            />
            <Radio
              value="configuration"
              label="A file, to keep and to apply"
              description="For patchbay apply, which takes secrets from its environment."
            />
          </Stack>
        </Radio.Group>
        {as === 'recipe' && (
          <TextInput
            label="Name of the recipe"
            description="Small letters, digits and hyphens."
            placeholder="big-order"
            value={name}
            onChange={(e) => {
              setName(e.currentTarget.value)
              change()
            }}
          />
        )}
        <ErrorAlert error={made.error} title="Nothing was exported." />
        {file && (
          <Alert color="teal" variant="light" icon={<IconCheck aria-hidden />} role="status">
            <Text>
              <b>{file.file}</b> is downloaded. {file.said}
            </Text>
          </Alert>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={made.isPending}>
            Download
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
