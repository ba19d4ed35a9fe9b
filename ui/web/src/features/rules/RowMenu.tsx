import { ActionIcon, Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconCopy,
  IconDots,
  IconDownload,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
} from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { ExportDialog } from '@/features/exports'
import { useDuplicate, type Rule } from './queries'

interface Props {
  rule: Rule
  /** The person may not change it, or a file manages it. */
  fixed: boolean
  phone: boolean
  onTurn: (on: boolean) => void
  onDelete: () => void
}

/** What can be done with a rule of the list. */
export function RowMenu({ rule, fixed, phone, onTurn, onDelete }: Props) {
  const may = useMay('change')
  const navigate = useNavigate()
  const duplicate = useDuplicate((id) => void navigate({ to: '/rules/$id', params: { id } }))
  const [exporting, exports] = useDisclosure(false)
  const menu = (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`More for ${rule.name}`}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown data-above>
        <Menu.Item
          component={Link}
          to="/rules/$id"
          params={{ id: rule.id } as never}
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {fixed ? 'Open' : 'Edit'}
        </Menu.Item>
        {phone && !fixed && rule.version > 0 && (
          <Menu.Item
            leftSection={
              rule.enabled ? <IconPlayerStop size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />
            }
            onClick={() => onTurn(!rule.enabled)}
          >
            {rule.enabled ? 'Turn off' : 'Turn on'}
          </Menu.Item>
        )}
        {may && (
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => duplicate.mutate(rule)}>
            Duplicate
          </Menu.Item>
        )}
        {rule.version > 0 && (
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={exports.open}>
            Export
          </Menu.Item>
        )}
        {!fixed && (
          <Menu.Item leftSection={<IconTrash size={16} aria-hidden />} onClick={onDelete}>
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
  return (
    <>
      {menu}
      <ExportDialog opened={exporting} onClose={exports.close} rules={[rule.id]} />
    </>
  )
}
