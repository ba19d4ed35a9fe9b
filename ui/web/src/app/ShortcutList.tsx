import { Kbd, Modal, Switch, Table } from '@mantine/core'
import { navigation } from './features'
import { usePreference } from './preferences'

const always: [keys: string, what: string][] = [
  ['Ctrl K', 'Search, go to a page, do something'],
  ['Esc', 'Close the topmost layer'],
]

/** What `?` shows. Shortcuts of one key can be turned off: they get in the way of speech input. */
export function ShortcutList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [shortcuts, setShortcuts] = usePreference('shortcuts')
  const single: [string, string][] = [
    ...navigation.map((item): [string, string] => [`g ${item.key}`, `Go to ${item.label}`]),
    ['?', 'Show this list'],
  ]
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {[...always, ...(shortcuts === 'on' ? single : [])].map(([keys, what]) => (
            <Table.Tr key={keys}>
              <Table.Td>{what}</Table.Td>
              <Table.Td ta="end" style={{ whiteSpace: 'nowrap' }}>
                {keys.split(' ').map((key, i) => (
                  <span key={key}>
                    {i > 0 && ' '}
                    <Kbd size="sm">{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label="Shortcuts of single keys"
        checked={shortcuts === 'on'}
        onChange={(e) => setShortcuts(e.currentTarget.checked ? 'on' : 'off')}
      />
    </Modal>
  )
}
