import { ActionIcon, VisuallyHidden } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { IconLayoutSidebarRightCollapse } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { SidePanel } from '@/components/SidePanel'
import type { Width } from '../useWidth'
import classes from './Panel.module.css'
import { usePanelWidth } from './usePanelWidth'

export interface PanelTab {
  readonly value: string
  readonly label: string
  readonly content: ReactNode
}

interface Props {
  tabs: readonly PanelTab[]
  tab: string
  onTab: (tab: string) => void
  width: Width
  /** Where the panel is not beside the rule: whether it is open. */
  opened: boolean
  onClose: () => void
  id: string
}

/** What stands beside the rule: what would be sent, and the data of the sample. */
export function Panel({ tabs, tab, onTab, width, opened, onClose, id }: Props) {
  const { width: pixels, edge } = usePanelWidth()
  const [folded, setFolded] = useLocalStorage({
    key: 'patchbay-editor-panel-folded',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const shown = tabs.find((t) => t.value === tab) ?? tabs[0]
  if (shown === undefined) return null
  if (width === 'narrow' || width === 'phone') {
    return (
      <SidePanel opened={opened} onClose={onClose} width={400} title={shown.label}>
        <TabRow tabs={tabs} tab={shown.value} onTab={onTab} />
        <div className={classes.sheet}>{shown.content}</div>
      </SidePanel>
    )
  }
  const strip = folded && width === 'middle'
  return (
    <aside
      id={id}
      tabIndex={-1}
      className={classes.panel}
      aria-label="Preview and data"
      data-folded={strip || undefined}
      style={{ width: strip ? 44 : width === 'middle' ? 340 : pixels }}
    >
      {width === 'wide' && <div className={classes.edge} {...edge} />}
      <div className={classes.head}>
        <TabRow
          tabs={tabs}
          tab={strip ? '' : shown.value}
          upright={strip}
          onTab={(next) => {
            onTab(next)
            setFolded(false)
          }}
        />
        {width === 'middle' && !strip && (
          <ActionIcon onClick={() => setFolded(true)}>
            <IconLayoutSidebarRightCollapse size={20} aria-hidden />
            <VisuallyHidden>Fold the panel</VisuallyHidden>
          </ActionIcon>
        )}
      </div>
      {!strip && <div className={classes.body}>{shown.content}</div>}
    </aside>
  )
}

interface RowProps {
  tabs: readonly PanelTab[]
  tab: string
  onTab: (tab: string) => void
  upright?: boolean
}

function TabRow({ tabs, tab, onTab, upright = false }: RowProps) {
  return (
    <div className={classes.tabs} data-upright={upright || undefined} role="group" aria-label="What the panel shows">
      {tabs.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          className={classes.tab}
          aria-pressed={value === tab}
          onClick={() => onTab(value)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
