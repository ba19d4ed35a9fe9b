import { ActionIcon, Button, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconArrowBackUp, IconArrowForwardUp, IconArrowLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { StatusBadge } from '@/components/StatusBadge'
import { ruleStatus } from '@/components/status'
import { ExportDialog } from '@/features/exports'
import type { EditState, RuleEdit } from '../edit'
import type { Width } from '../useWidth'
import classes from './Header.module.css'
import { Others } from './Others'
import { RuleMenu } from './RuleMenu'
import { RuleTabs, type Tab } from './RuleTabs'
import { SaveText } from './SaveText'

interface Props {
  edit: RuleEdit
  state: EditState
  width: Width
  tab: Tab
  onTab: (tab: Tab) => void
  readOnly: boolean
  /** Who has it open may change it. */
  editing: boolean
  primary: Primary | undefined
}

/** What the filled button does; absent where nothing is left to publish. */
export interface Primary {
  readonly label: 'Turn on' | 'Publish changes'
  readonly press: () => void
}

/** Name, state and deeds of a rule; stays in sight. */
export function Header({ edit, state, width, tab, onTab, readOnly, editing, primary }: Props) {
  const { rule, live, draft } = state
  const [exporting, exports] = useDisclosure(false)
  const on = live?.enabled ?? false
  const status = ruleStatus({ enabled: on, changed: draft !== undefined })
  const desk = width === 'wide' || width === 'middle'
  return (
    <header className={classes.bar}>
      <ActionIcon component={Link} to="/rules" ml={-8}>
        <IconArrowLeft size={20} aria-hidden />
        <VisuallyHidden>Back to Rules</VisuallyHidden>
      </ActionIcon>
      <div className={classes.name} data-field="name">
        {readOnly ? (
          <h1 className={classes.title}>
            <bdi>{rule.name}</bdi>
          </h1>
        ) : (
          <>
            <VisuallyHidden component="h1">{rule.name || 'Rule without a name'}</VisuallyHidden>
            <TextInput
              variant="unstyled"
              aria-label="Name of the rule"
              placeholder="Name of the rule"
              value={rule.name}
              maxLength={200}
              title={rule.name}
              onChange={(e) => edit.change({ ...rule, name: e.currentTarget.value }, { join: 'name' })}
              classNames={{ input: classes.input }}
            />
          </>
        )}
      </div>
      <StatusBadge status={status} plain={width === 'phone'} />
      {!readOnly && width !== 'phone' && <SaveText state={state} />}
      {editing && state.id !== undefined && <Others id={state.id} width={width} />}
      {desk && state.id !== undefined && <RuleTabs tab={tab} onTab={onTab} readOnly={readOnly} />}
      <div className={classes.end}>
        {!readOnly && width === 'wide' && tab === 'edit' && (
          <>
            <ActionIcon disabled={!state.canUndo} onClick={edit.undo} title="Undo (Ctrl Z)">
              <IconArrowBackUp size={20} aria-hidden />
              <VisuallyHidden>Undo</VisuallyHidden>
            </ActionIcon>
            <ActionIcon disabled={!state.canRedo} onClick={edit.redo} title="Redo (Ctrl Shift Z)">
              <IconArrowForwardUp size={20} aria-hidden />
              <VisuallyHidden>Redo</VisuallyHidden>
            </ActionIcon>
          </>
        )}
        <RuleMenu
          edit={edit}
          state={state}
          width={width}
          tab={tab}
          onTab={onTab}
          readOnly={readOnly}
          onExport={exports.open}
        />
        {state.id !== undefined && <ExportDialog opened={exporting} onClose={exports.close} rules={[state.id]} />}
        {width !== 'phone' && <PrimaryButton primary={primary} state={state} />}
      </div>
    </header>
  )
}

/** The filled button, or what stands in its place when the rule is live as it is shown. */
export function PrimaryButton({ primary, state }: { primary: Primary | undefined; state: EditState }) {
  if (primary) return <Button onClick={primary.press}>{primary.label}</Button>
  if (!state.live?.enabled) return null
  return (
    <Text c="dimmed" style={{ whiteSpace: 'nowrap' }}>
      Live, version {state.live.version}
    </Text>
  )
}
