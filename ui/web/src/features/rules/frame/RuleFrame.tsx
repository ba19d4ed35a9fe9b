import { useMemo, useState } from 'react'
import { useMay, useSession } from '@/api/session'
import { useUnfinished } from '@/features/conditions'
import { usePageTitle } from '@/components/pageTitle'
import { type Fault, inboxesOf, type RuleInput, type Stored, useRuleEdit } from '../edit'
import { useSample } from '../sample/useSample'
import { useWidth } from '../useWidth'
import { BottomBar } from './BottomBar'
import { EditTab } from './EditTab'
import { Header } from './Header'
import { HistoryTab } from './HistoryTab'
import { MissingList } from './MissingList'
import { OthersDraft } from './OthersDraft'
import type { Tab } from './RuleTabs'
import { RunsTab } from './RunsTab'
import { TurnOn } from './TurnOn'
import { faultsOf, useMissing } from './missing'
import { useEditorKeys } from './useEditorKeys'
import { useEditorPage } from './useEditorPage'
import { usePanel } from './usePanel'
import { useWayToFault } from './useWayToFault'

interface Props {
  start: Stored | RuleInput
  /** Where a new rule was kept that never reached the server. */
  place?: string | undefined
  /** The tag of what is stored by now; "" when it was deleted. */
  heard?: string | undefined
  event: string | undefined
  step: string | undefined
  row: string | undefined
  tab: Tab
  onTab: (tab: Tab) => void
  onMade: (id: string) => void
}

/** One rule: its header, and the tab that is open. */
export function RuleFrame({ start, place, heard, event, step, row, tab, onTab, onMade }: Props) {
  const may = useMay('change')
  const me = useSession().who
  const width = useWidth()
  const { edit, state } = useRuleEdit(start, { place, heard, onMade })
  const { rule, live, draft, managed } = state
  const faults = faultsOf(state)
  const unfinished = useUnfinished()
  const [foreign, setForeign] = useState(() => draft !== undefined && draft.updatedBy !== me)
  const readOnly = !may || managed !== '' || foreign
  const inbox = inboxesOf(rule)[0]
  const sample = useSample(inbox, event)
  const against = useMemo(() => ({ ...sample.against, scope: { condition: true } }), [sample.against])
  const panel = usePanel('preview')
  const [asked, setAsked] = useState(false)
  const [dialog, setDialog] = useState<'missing' | 'turn on'>()
  const way = useWayToFault(rule, step)
  usePageTitle(rule.name || 'New rule')
  useEditorPage()

  const press = async () => {
    setAsked(true)
    await edit.prepare()
    const now = edit.read()
    if (now.saving.kind === 'failed' || (now.conflict && now.conflict.kind !== 'published')) return
    setDialog(faultsOf(now).length > 0 || unfinished.length > 0 ? 'missing' : 'turn on')
  }
  const label = live?.enabled ? ('Publish changes' as const) : ('Turn on' as const)
  const unsaved = state.saving.kind === 'waiting' || state.saving.kind === 'failed'
  const done = live?.enabled && draft === undefined && !unsaved
  const primary = readOnly || done ? undefined : { label, press: () => void press() }
  useEditorKeys(
    {
      onPreview: () => panel.show('preview'),
      onPrimary: () => primary?.press(),
      onUndo: edit.undo,
      onRedo: edit.redo,
      onJump: panel.jump,
    },
    tab === 'edit' && !readOnly && dialog === undefined,
  )
  const go = (fault: Fault) => {
    onTab('edit')
    way.go(fault)
  }
  const missing = useMissing(state, unfinished, go)
  return (
    <>
      <Header
        edit={edit}
        state={state}
        width={width}
        tab={tab}
        onTab={onTab}
        readOnly={readOnly}
        editing={may && managed === ''}
        primary={primary}
      />
      {foreign && may && managed === '' && <OthersDraft edit={edit} state={state} onGo={() => setForeign(false)} />}
      {tab === 'edit' && (
        <EditTab
          edit={edit}
          state={state}
          sample={sample}
          width={width}
          panel={panel}
          readOnly={readOnly}
          faults={asked || live ? faults : []}
          against={against}
          way={way}
          row={row}
        />
      )}
      {tab === 'runs' && state.id !== undefined && <RunsTab id={state.id} />}
      {tab === 'history' && state.id !== undefined && (
        <HistoryTab id={state.id} edit={edit} readOnly={readOnly} onRestored={() => onTab('edit')} />
      )}
      {width === 'phone' && tab === 'edit' && !panel.opened && (
        <BottomBar state={state} primary={primary} onPreview={() => panel.show('preview')} />
      )}
      <MissingList opened={dialog === 'missing'} onClose={() => setDialog(undefined)} list={missing} />
      <TurnOn
        opened={dialog === 'turn on'}
        onClose={() => setDialog(undefined)}
        edit={edit}
        state={state}
        sample={sample}
        against={against}
        onStopped={(why) => setDialog(why === 'faults' ? 'missing' : undefined)}
      />
    </>
  )
}
