import { Button, Text } from '@mantine/core'
import { IconClipboard, IconCode, IconFolderPlus } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { hasPart, watchClipboard } from '../tree/clipboard'
import type { Group } from '../tree/node'
import { AddCondition } from './AddCondition'
import { useSurroundings } from './context'
import classes from './editor.module.css'

interface Props {
  root: Group | undefined
  /** The rows are those from before. */
  stale: boolean
  asText: boolean
  onAsText: (asText: boolean) => void
}

const icon = { size: 16, 'aria-hidden': true } as const

/** What can be added to a condition. */
export function Foot({ root, stale, asText, onAsText }: Props) {
  const { actions, readOnly } = useSurroundings()
  const canPaste = useSyncExternalStore(watchClipboard, hasPart)
  const empty = root !== undefined && root.nodes.length === 0 && !stale
  return (
    <div className={classes.foot}>
      {empty && <Text span>Always.</Text>}
      {root !== undefined && !readOnly && !stale && (
        <>
          <AddCondition group={root.key} />
          {!empty && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconFolderPlus {...icon} />}
              onClick={() => actions.addGroup()}
            >
              Group
            </Button>
          )}
          {canPaste && (
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconClipboard {...icon} />}
              onClick={() => actions.paste(root.key)}
            >
              Paste
            </Button>
          )}
        </>
      )}
      {!stale && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconCode {...icon} />}
          aria-expanded={asText}
          onClick={() => onAsText(!asText)}
        >
          Formula
        </Button>
      )}
    </div>
  )
}
