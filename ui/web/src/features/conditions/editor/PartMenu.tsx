import { ActionIcon, Menu, Text } from '@mantine/core'
import {
  IconArrowDown,
  IconArrowsExchange,
  IconArrowUp,
  IconBoxMultiple,
  IconClipboard,
  IconCopy,
  IconCopyPlus,
  IconCut,
  IconDots,
  IconEye,
  IconEyeOff,
  IconLayersSubtract,
  IconTrash,
} from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { hasPart, watchClipboard } from '../tree/clipboard'
import { comparingWith } from '../tree/edits'
import { isGroup, type Part } from '../tree/node'
import { operatorOf } from '../tree/operators'
import { useSurroundings } from './context'

const icon = { size: 16, 'aria-hidden': true } as const

function Keys({ children }: { children: string }) {
  return (
    <Text size="xs" c="dimmed" visibleFrom="sm">
      {children}
    </Text>
  )
}

interface Props {
  part: Part
  name: string
  groupable: boolean
  /** The list about whose items it is: what is asked of items stays on. */
  items: string | undefined
}

/** What can be done with a node. */
export function PartMenu({ part, name, groupable, items }: Props) {
  const { actions, operators } = useSurroundings()
  const canPaste = useSyncExternalStore(watchClipboard, hasPart)
  const { key } = part
  const twoFields = part.kind === 'row' && operatorOf(operators, part)
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon aria-label={`More for ${name}`} data-control="menu">
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowUp {...icon} />}
          rightSection={<Keys>Alt ↑</Keys>}
          onClick={() => actions.move(key, -1)}
        >
          Move up
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown {...icon} />}
          rightSection={<Keys>Alt ↓</Keys>}
          onClick={() => actions.move(key, 1)}
        >
          Move down
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconCopyPlus {...icon} />}
          rightSection={<Keys>Ctrl D</Keys>}
          onClick={() => actions.duplicate(key)}
        >
          Duplicate
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy {...icon} />}
          rightSection={<Keys>Ctrl C</Keys>}
          onClick={() => actions.copy(key)}
        >
          Copy
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCut {...icon} />}
          rightSection={<Keys>Ctrl X</Keys>}
          onClick={() => actions.cut(key)}
        >
          Cut
        </Menu.Item>
        {canPaste && (
          <Menu.Item
            leftSection={<IconClipboard {...icon} />}
            rightSection={<Keys>Ctrl V</Keys>}
            onClick={() => actions.paste(key)}
          >
            Paste below
          </Menu.Item>
        )}
        <Menu.Divider />
        {part.kind === 'row' && twoFields && twoFields.field && twoFields.takes !== 'field' && (
          <Menu.Item
            leftSection={<IconArrowsExchange {...icon} />}
            onClick={() =>
              actions.change(key, (row) => comparingWith(row, row.valueField === undefined ? '' : undefined))
            }
          >
            {part.valueField === undefined ? 'Compare with another field' : 'Compare with a value'}
          </Menu.Item>
        )}
        {items === undefined && (
          <Menu.Item
            leftSection={part.off ? <IconEye {...icon} /> : <IconEyeOff {...icon} />}
            onClick={() => actions.switch(key)}
          >
            {part.off ? 'Switch on' : 'Switch off'}
          </Menu.Item>
        )}
        {groupable && !isGroup(part) && (
          <Menu.Item leftSection={<IconBoxMultiple {...icon} />} onClick={() => actions.putInGroup(key)}>
            Put into a group
          </Menu.Item>
        )}
        {isGroup(part) && (
          <Menu.Item leftSection={<IconLayersSubtract {...icon} />} onClick={() => actions.ungroup(key)}>
            Dissolve the group
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconTrash {...icon} />}
          rightSection={<Keys>Del</Keys>}
          onClick={() => actions.remove(key)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
