import { ActionIcon, Menu, VisuallyHidden } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCopy,
  IconDots,
  IconDownload,
  IconHistory,
  IconPencil,
  IconPlayerPlay,
  IconPlayerStop,
  IconTrash,
  IconX,
} from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useMay } from '@/api/session'
import { showDone, showUndo } from '@/components/UndoToast'
import type { EditState, RuleEdit } from '../edit'
import { useDelete, useDuplicate } from '../queries'
import type { Width } from '../useWidth'
import { CopySummary } from './CopySummary'
import type { Tab } from './RuleTabs'

interface Props {
  edit: RuleEdit
  state: EditState
  width: Width
  tab: Tab
  onTab: (tab: Tab) => void
  readOnly: boolean
  onExport: () => void
}

/** What is done more rarely with a rule. */
export function RuleMenu({ edit, state, width, tab, onTab, readOnly, onExport }: Props) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const may = useMay('change')
  const { id, rule, live, draft } = state
  const remove = useDelete(() => void navigate({ to: '/rules' }))
  const duplicate = useDuplicate((copy) => void navigate({ to: '/rules/$id', params: { id: copy } }))
  const turnOff = useMutation({
    mutationFn: () => edit.turnOff(),
    onSuccess: () =>
      showUndo({
        message: 'Rule is off.',
        onUndo: () => void edit.turnOn().catch((error: Error) => showDone(error.message)),
      }),
    onError: (error) => showDone(error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: ['rules'] }),
  })
  const discard = () => {
    void edit.discard()
    showUndo({ message: 'Your changes are dropped.', onUndo: edit.undo })
  }
  const small = width === 'narrow' || width === 'phone'
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon>
          <IconDots size={20} aria-hidden />
          <VisuallyHidden>More</VisuallyHidden>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {!readOnly && width !== 'wide' && tab === 'edit' && (
          <>
            <Menu.Item
              leftSection={<IconArrowBackUp size={16} aria-hidden />}
              disabled={!state.canUndo}
              closeMenuOnClick={false}
              onClick={edit.undo}
            >
              Undo
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowForwardUp size={16} aria-hidden />}
              disabled={!state.canRedo}
              closeMenuOnClick={false}
              onClick={edit.redo}
            >
              Redo
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        {small && id !== undefined && (
          <>
            {tab !== 'edit' && (
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onTab('edit')}>
                {readOnly ? 'Rule' : 'Edit'}
              </Menu.Item>
            )}
            {tab !== 'runs' && (
              <Menu.Item leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => onTab('runs')}>
                Runs
              </Menu.Item>
            )}
            {tab !== 'history' && (
              <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={() => onTab('history')}>
                History
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        {!readOnly && live?.enabled && (
          <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => turnOff.mutate()}>
            Turn off
          </Menu.Item>
        )}
        {!readOnly && live && draft && (
          <Menu.Item leftSection={<IconX size={16} aria-hidden />} onClick={discard}>
            Drop my changes
          </Menu.Item>
        )}
        {id !== undefined && <CopySummary state={state} />}
        {may && (
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={() => duplicate.mutate(rule)}>
            Duplicate
          </Menu.Item>
        )}
        {live && (
          <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={onExport}>
            Export
          </Menu.Item>
        )}
        {!readOnly && id !== undefined && (
          <Menu.Item
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => void edit.flush().then(() => remove.mutate(id))}
          >
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
