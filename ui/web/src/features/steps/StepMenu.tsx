import { Menu } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowUp,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react'
import type { StepCardProps } from './StepCard'

/** What can be done with a step as a whole. */
export function StepMenu({ step, index, rule, edits, onRename }: StepCardProps & { onRename: () => void }) {
  const last = (rule.steps?.length ?? 0) - 1
  return (
    <Menu.Dropdown>
      <Menu.Item leftSection={<IconPencil size={16} />} onClick={onRename}>
        Rename
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowUp size={16} />}
        rightSection={<kbd>Alt ↑</kbd>}
        disabled={index === 0}
        onClick={() => edits.move(step, -1)}
      >
        Move up
      </Menu.Item>
      <Menu.Item
        leftSection={<IconArrowDown size={16} />}
        rightSection={<kbd>Alt ↓</kbd>}
        disabled={index === last}
        onClick={() => edits.move(step, 1)}
      >
        Move down
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconCopyPlus size={16} />} onClick={() => edits.duplicate(step)}>
        Duplicate
      </Menu.Item>
      <Menu.Item leftSection={<IconCut size={16} />} onClick={() => edits.cut(step)}>
        Cut
      </Menu.Item>
      <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => edits.copy(step)}>
        Copy
      </Menu.Item>
      <Menu.Item
        leftSection={<IconClipboard size={16} />}
        disabled={!edits.canPaste}
        onClick={() => edits.paste(index + 1)}
      >
        Paste below
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => edits.remove(step)}>
        Delete
      </Menu.Item>
    </Menu.Dropdown>
  )
}
