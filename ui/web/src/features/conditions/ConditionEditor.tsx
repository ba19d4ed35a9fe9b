import { VisuallyHidden } from '@mantine/core'
import { useMemo, useRef, useState } from 'react'
import type { Schemas } from '@/api/client'
import { ErrorAlert } from '@/components/ErrorAlert'
import type { Against, Edit } from './against'
import { FindingsContext, SurroundingsContext } from './editor/context'
import classes from './editor/editor.module.css'
import { Foot } from './editor/Foot'
import { FormulaText } from './editor/FormulaText'
import { GroupBody, GroupKind } from './editor/GroupBody'
import { Broken, Faults, Whole } from './editor/Notes'
import { Suggestions } from './editor/Suggestions'
import { useActions } from './editor/useActions'
import { useDragging } from './editor/useDragging'
import { useLinkedRow } from './editor/useLinkedRow'
import { useReports } from './editor/useReports'
import { useRowVerdicts } from './editor/useRowVerdicts'
import { useCondition } from './useCondition'

interface Props {
  /** Accessible name: "Only if", "Only do this step if". */
  label: string
  expression: string
  onChange: (expression: string, edit?: Edit) => void
  against: Against
  /** What the server says of this expression, from the draft. */
  faults?: readonly Schemas['ProblemField'][]
  /** The kind of event is shown by KindOfEvent, not as a row. */
  kinds?: boolean
  readOnly?: boolean
  /** The row that has the focus first: its id in verdicts, or "deciding". */
  row?: string | undefined
}

/** A condition as rows and groups, with a verdict on the sample for each and for the whole. */
export function ConditionEditor({ label, against, faults = [], readOnly = false, row, ...text }: Props) {
  const container = useRef<HTMLDivElement>(null)
  const { conversion, snapshot, operators = [], error, retry } = useCondition({ against, ...text })
  const { condition, expression, broken } = snapshot
  const { actions, spoken } = useActions(conversion, operators, container)
  const { drop, start } = useDragging({ container, conversion, actions })
  const { whole, noEvent, verdicts } = useRowVerdicts(snapshot, against)
  const [asText, setAsText] = useState(false)
  useReports({ label, snapshot, operators, container })
  useLinkedRow({ link: row, names: snapshot.names, verdict: whole, container })
  const root = condition?.root
  const rootKey = root?.key ?? ''
  const surroundings = useMemo(
    () => ({ actions, operators, against, readOnly, rootKey, startDrag: start }),
    [actions, operators, against, readOnly, rootKey, start],
  )
  const findings = useMemo(() => ({ verdicts, faults: snapshot.faults, drop }), [verdicts, snapshot.faults, drop])
  const empty = root?.nodes.length === 0
  const stale = broken.length > 0
  return (
    <div ref={container} role="group" className={classes.editor} aria-label={label}>
      <SurroundingsContext value={surroundings}>
        <FindingsContext value={findings}>
          {stale && <Broken faults={broken} rows={root !== undefined && !empty} />}
          {root && (
            <div className={classes.rows} data-stale={stale || undefined} inert={stale}>
              {root.nodes.length > 1 && <GroupKind group={root} />}
              {!empty && <GroupBody group={root} />}
            </div>
          )}
          <Foot root={root} stale={stale} asText={asText} onAsText={setAsText} />
          {root && empty && !readOnly && !stale && <Suggestions group={root.key} />}
          {(asText || stale) && (
            <FormulaText
              label="Formula"
              expression={text.expression}
              onChange={(next) => text.onChange(next, { join: 'formula' })}
              against={against}
              faults={faults}
              readOnly={readOnly}
            />
          )}
          {root && !empty && !stale && (
            <Whole verdict={whole} noEvent={noEvent} fault={snapshot.faults.get(root.key)} />
          )}
        </FindingsContext>
      </SurroundingsContext>
      {expression === text.expression && !asText && !stale && <Faults list={faults} />}
      <ErrorAlert error={error} title="The conditions could not be worked out. What you typed is kept." retry={retry} />
      <VisuallyHidden role="status">{spoken}</VisuallyHidden>
    </div>
  )
}
